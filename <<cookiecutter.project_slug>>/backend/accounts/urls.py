"""The addresses of the app's endpoints, below /api/v1/."""

from django.urls import path

from .handoff_views import HandoffCodeView, HandoffConsumeView, HandoffStartView, HandoffView
from .views import CsrfView, LogoutAllView, MeView, RefreshView, SwitchTenantView

urlpatterns = [
    path("auth/csrf", CsrfView.as_view()),
    path("auth/refresh", RefreshView.as_view()),
    path("auth/switch-tenant", SwitchTenantView.as_view()),
    path("auth/handoff", HandoffView.as_view()),
    path("auth/handoff/start", HandoffStartView.as_view()),
    path("auth/handoff/code", HandoffCodeView.as_view()),
    path("auth/handoff/consume", HandoffConsumeView.as_view()),
    path("auth/logout-all", LogoutAllView.as_view()),
    path("me", MeView.as_view()),
]
