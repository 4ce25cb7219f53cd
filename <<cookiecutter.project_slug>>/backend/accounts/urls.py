"""The addresses of the app's endpoints, below /api/v1/."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from .handoff_views import HandoffCodeView, HandoffConsumeView, HandoffStartView, HandoffView
from .key_views import ApiKeyViewSet
from .views import CsrfView, LogoutAllView, MeView, RefreshView, SwitchTenantView

router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("api-keys", ApiKeyViewSet, "api-key")

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
    *router.urls,
]
