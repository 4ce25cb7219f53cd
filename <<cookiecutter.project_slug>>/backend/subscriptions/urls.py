"""Addresses of billing, and of the payment provider's webhooks."""

from django.urls import URLPattern, URLResolver, include, path
from rest_framework.routers import SimpleRouter

from . import views
from .gateway import PROVIDER

router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("invoices", views.InvoiceViewSet, basename="invoice")

api: list[URLPattern | URLResolver] = [
    path("plans", views.PlansView.as_view(), name="plans"),
    path("subscription", views.SubscriptionView.as_view(), name="subscription"),
    path("subscription/details", views.DetailsView.as_view(), name="subscription-details"),
    path("subscription/checkout", views.CheckoutView.as_view(), name="subscription-checkout"),
    path("subscription/confirm", views.ConfirmView.as_view(), name="subscription-confirm"),
    path("subscription/preview", views.PreviewView.as_view(), name="subscription-preview"),
    path("subscription/change", views.ChangeView.as_view(), name="subscription-change"),
    path("subscription/cancel", views.CancelView.as_view(), name="subscription-cancel"),
    path("subscription/resume", views.ResumeView.as_view(), name="subscription-resume"),
    path("subscription/portal", views.PortalView.as_view(), name="subscription-portal"),
    path("subscription/payment-method", views.PaymentMethodView.as_view(), name="subscription-payment-method"),
    path("invoices/<int:invoice_id>/document", views.InvoiceDocumentView.as_view(), name="invoice-document"),
    path("invoices/<int:invoice_id>/pay", views.PayInvoiceView.as_view(), name="invoice-pay"),
    path("", include(router.urls)),
]
urlpatterns = [
    path(f"webhooks/{PROVIDER}", views.webhook, name="webhook"),
    path("api/v1/", include(api)),
]
