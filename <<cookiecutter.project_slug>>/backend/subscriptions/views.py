"""Where the payment provider tells us what has happened, and the tenant's own people see to their subscription."""

from __future__ import annotations

import json
import logging

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.exceptions import APIException, NotFound, PermissionDenied
from rest_framework.mixins import ListModelMixin
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from core.errors import only, problem_response
from tenants.access import reading, reading_and_writing
from tenants.context import current_tenant
from tenants.errors import Conflict, validated
from tenants.selectors import tenant_at

from . import changes, checkouts, gateway
from .catalogue import NotSynced
from .gateway import verify_webhook
from .invoicing import document
from .models import BillingAccount, Invoice
from .permissions import MANAGE, READ
from .plans import PLANS
from .provider import Declined, Forged, NotSet, NotTheirs, RateLimited, Refused, Unavailable, When
from .selectors import invoices_of, overview
from .serializers import (
    CancelSerializer,
    ChangeSerializer,
    CheckoutSerializer,
    ConfirmSerializer,
    DetailsSerializer,
    InvoiceSerializer,
    LinkSerializer,
    OrderSerializer,
    PlanSerializer,
    PreviewSerializer,
    SubscriptionSerializer,
)
from .services import account_of, change_details, record_event
from .tasks import sync_account

MAX_BODY = 1024 * 1024
"""Bytes. Events are a few thousand long; nobody without the secret may make us read more."""

log = logging.getLogger(__name__)


@csrf_exempt
@transaction.non_atomic_requests
@only("POST")
def webhook(request: HttpRequest) -> HttpResponse:
    """Store an event that the provider has signed: 200, also for one we have; 400 and nothing stored for any other.

    An error of ours is a 500: the provider tries again later.
    """
    body = request.read(MAX_BODY + 1)
    if len(body) > MAX_BODY:
        return problem_response(request, 413, "too_large", f"An event has at most {MAX_BODY} bytes.")
    try:
        account_id = record_event(verify_webhook(body, request.headers), json.loads(body))
    except Forged as reason:
        log.warning("Webhook refused: %s", reason)
        return problem_response(request, 400, "webhook_refused", "The signature or the event is not valid.")
    if account_id is not None:
        _look_up_soon(account_id)
    return HttpResponse()


def _look_up_soon(account_id: int) -> None:
    """If no worker can be told, the sweep finds the account within a minute: the event is stored."""
    try:
        sync_account.delay(account_id)
    except Exception:
        log.exception("No worker could be told of account %s", account_id)


class ProviderFailed(APIException):
    """502: the payment provider did not answer. Nothing is lost, and asking again charges nobody twice."""

    status_code = 502
    default_detail = (
        "Our payment provider does not answer at the moment. Try again in a minute: nothing is charged twice."
    )
    default_code = "provider_unavailable"


class ProviderNotSet(APIException):
    """503: the product has no keys of a payment provider."""

    status_code = 503
    default_detail = "Nothing can be bought here yet: our payment provider is not set up."
    default_code = "provider_not_set"


class ProviderBusy(APIException):
    """503: it was asked too often."""

    status_code = 503
    default_detail = "Our payment provider is busy. Try again in a minute."
    default_code = "provider_busy"


class ProviderRefused(APIException):
    """409: the provider will not do that."""

    status_code = 409
    default_code = "provider_refused"


class PaymentDeclined(APIException):
    """402: the customer's payment was refused."""

    status_code = 402
    default_code = "payment_declined"


# The provider takes its time, and no transaction should be open for that long.
@method_decorator(transaction.non_atomic_requests, name="dispatch")
class BillingView(APIView):
    """What the views of the tenant's own subscription share."""

    @property
    def account(self) -> BillingAccount:
        """The account of the tenant that the login and the host name."""
        return account_of(current_tenant())

    def handle_exception(self, exc: Exception) -> Response:
        """What the provider did not do leaves as a problem that says what to do."""
        return super().handle_exception(_problem(exc))

    def overview(self, account: BillingAccount) -> Response:
        """The subscription as it is now."""
        return Response(SubscriptionSerializer(overview(account)).data)


def _problem(exc: Exception) -> Exception:
    match exc:
        case Declined():
            return PaymentDeclined(str(exc))
        case Refused():
            return ProviderRefused(str(exc))
        case NotSet():
            return ProviderNotSet()
        case RateLimited():
            return ProviderBusy()
        case Unavailable():
            return ProviderFailed()
        case NotTheirs():
            return PermissionDenied(str(exc), "not_your_checkout")
        case NotSynced():
            return ProviderBusy("The plans are not at our payment provider yet. Try again later.", "not_ready")
        case ValidationError() if not hasattr(exc, "error_dict"):
            return Conflict(exc)
        case _:
            return exc


class PlansView(APIView):
    """What can be bought."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(
        summary="List the plans", responses=PlanSerializer(many=True), auth=[], tags=["billing"], operation_id="plans"
    )
    def get(self, request: Request) -> Response:
        return Response(PlanSerializer(PLANS.values(), many=True).data)  # type: ignore[arg-type]


class SubscriptionView(BillingView):
    """The tenant's subscription."""

    required = reading(READ)

    @extend_schema(
        summary="Read the subscription",
        description="What the tenant has, what of it is used, and what is owed. Owners and admins.",
        responses=SubscriptionSerializer,
        tags=["billing"],
    )
    def get(self, request: Request) -> Response:
        return self.overview(self.account)


class DetailsView(BillingView):
    """What stands on the invoices."""

    required = reading_and_writing(READ, MANAGE)
    while_read_only = ("PATCH",)

    @extend_schema(summary="Read the billing details", responses=DetailsSerializer, tags=["billing"])
    def get(self, request: Request) -> Response:
        return Response(DetailsSerializer(self.account).data)

    @extend_schema(
        summary="Change the billing details",
        request=DetailsSerializer,
        responses=DetailsSerializer,
        tags=["billing"],
    )
    def patch(self, request: Request) -> Response:
        account = self.account
        change_details(account, **validated(DetailsSerializer(account, data=request.data, partial=True)))
        return Response(DetailsSerializer(account).data)


class ManagingView(BillingView):
    """A change of the subscription, which is for those who may, and goes on while nothing else can be changed."""

    required = {"POST": MANAGE}
    while_read_only = ("POST",)


class CheckoutView(ManagingView):
    """Buys a subscription."""

    @extend_schema(
        summary="Begin a checkout",
        description="Answers with the page where the customer pays. The same order asked again gives the same page. "
        "When they are back, `confirm` says what became of it.",
        request=OrderSerializer,
        responses={201: CheckoutSerializer},
        tags=["billing"],
    )
    def post(self, request: Request) -> Response:
        order = validated(OrderSerializer(data=request.data))
        back = f"{_own_address(request)}/settings/billing"
        attempt = checkouts.start_checkout(
            self.account, **order, success_url=f"{back}/return?session_id={{CHECKOUT_SESSION_ID}}", cancel_url=back
        )
        return Response(CheckoutSerializer(attempt).data, status=201)


class ConfirmView(ManagingView):
    """Looks up what became of a checkout."""

    @extend_schema(
        summary="Come back from a checkout",
        description="Send what the provider's page has brought back. It is compared with what was begun here; what "
        "counts is what the provider says.",
        request=ConfirmSerializer,
        responses=SubscriptionSerializer,
        tags=["billing"],
    )
    def post(self, request: Request) -> Response:
        account = self.account
        checkouts.confirm_checkout(account, validated(ConfirmSerializer(data=request.data))["brought"])
        return self.overview(account)


class PreviewView(ManagingView):
    """Says what a change would cost."""

    @extend_schema(summary="Preview a change", request=OrderSerializer, responses=PreviewSerializer, tags=["billing"])
    def post(self, request: Request) -> Response:
        when, preview = changes.preview_change(self.account, **validated(OrderSerializer(data=request.data)))
        return Response(PreviewSerializer({"when": when, "preview": preview}).data)


class ChangeView(ManagingView):
    """Changes plan and seats."""

    @extend_schema(
        summary="Change plan or seats",
        description="What costs more comes at once and is charged at once; what costs less comes with the next period.",
        request=OrderSerializer,
        responses=ChangeSerializer,
        tags=["billing"],
    )
    def post(self, request: Request) -> Response:
        account = self.account
        done = changes.change(account, **validated(OrderSerializer(data=request.data)))
        return Response(ChangeSerializer({"change": done, "subscription": overview(account)}).data)


class CancelView(ManagingView):
    """Ends the subscription."""

    @extend_schema(summary="Cancel", request=CancelSerializer, responses=SubscriptionSerializer, tags=["billing"])
    def post(self, request: Request) -> Response:
        account = self.account
        changes.cancel(account, when=When(validated(CancelSerializer(data=request.data))["when"]))
        return self.overview(account)


class ResumeView(ManagingView):
    """Takes back what was to come at the end of the period."""

    @extend_schema(summary="Resume", request=None, responses=SubscriptionSerializer, tags=["billing"])
    def post(self, request: Request) -> Response:
        account = self.account
        changes.resume(account)
        return self.overview(account)


class PortalView(ManagingView):
    """Leads to the provider's own page about the subscription."""

    @extend_schema(
        summary="Open the provider's portal",
        description="409 without a subscription; 404 where the provider has no such page: then everything is here.",
        request=None,
        responses=LinkSerializer,
        tags=["billing"],
    )
    def post(self, request: Request) -> Response:
        account = self.account
        changes.live(account)
        if not gateway.CAPABILITIES.hosted_portal:
            raise NotFound("There is no such page: everything can be changed here.")
        return Response({"url": gateway.portal_url(account, f"{_own_address(request)}/settings/billing")})


class PaymentMethodView(ManagingView):
    """Leads to where the payment method can be changed."""

    @extend_schema(summary="Change the payment method", request=None, responses=LinkSerializer, tags=["billing"])
    def post(self, request: Request) -> Response:
        account = self.account
        changes.live(account)
        return Response({"url": gateway.payment_method_url(account, f"{_own_address(request)}/settings/billing")})


@extend_schema(tags=["billing"])
class InvoiceViewSet(ListModelMixin, GenericViewSet[Invoice]):
    """The tenant's invoices."""

    required = reading(READ)
    queryset = Invoice.objects.none()
    serializer_class = InvoiceSerializer
    ordering = "-issued_at"

    def get_queryset(self) -> QuerySet[Invoice]:
        return invoices_of(current_tenant())


class InvoiceDocumentView(APIView):
    """An invoice to keep."""

    required = reading(READ)

    @extend_schema(
        summary="Open an invoice's document",
        description="Leads to the provider's document, or is our own, for a browser to print. 404 until it is issued.",
        responses={(200, "text/html"): OpenApiTypes.STR, 302: OpenApiResponse(description="To the provider's")},
        tags=["billing"],
    )
    def get(self, request: Request, invoice_id: int) -> HttpResponse:
        return document(get_object_or_404(invoices_of(current_tenant()), pk=invoice_id))


class PayInvoiceView(ManagingView):
    """Pays what is owed."""

    @extend_schema(
        summary="Pay an invoice",
        description="Tries the payment method that the provider has for the customer, or says where to pay.",
        request=None,
        responses=ChangeSerializer,
        tags=["billing"],
    )
    def post(self, request: Request, invoice_id: int) -> Response:
        account = self.account
        done = changes.pay(account, get_object_or_404(invoices_of(current_tenant()), pk=invoice_id))
        return Response(ChangeSerializer({"change": done, "subscription": overview(account)}).data)


def _own_address(request: Request) -> str:
    """Where the customer comes back to: the tenant's own host if it asks from there, else the product's."""
    if tenant_at(request._request) is None:
        return str(settings.APP_URL)
    return request.build_absolute_uri("/").rstrip("/")
