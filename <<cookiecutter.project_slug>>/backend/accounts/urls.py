"""The addresses of the app's endpoints, below /api/v1/."""

from django.urls import path

from .views import CsrfView, LogoutAllView, MeView, RefreshView, SwitchTenantView

urlpatterns = [
    path("auth/csrf", CsrfView.as_view()),
    path("auth/refresh", RefreshView.as_view()),
    path("auth/switch-tenant", SwitchTenantView.as_view()),
    path("auth/logout-all", LogoutAllView.as_view()),
    path("me", MeView.as_view()),
]
