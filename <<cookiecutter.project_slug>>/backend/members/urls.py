"""Addresses below /api/v1/."""

from rest_framework.routers import SimpleRouter

from .views import AuditEventViewSet

router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("audit-events", AuditEventViewSet, "audit-event")

urlpatterns = router.urls
