"""Addresses below /api/v1/."""

from rest_framework.routers import SimpleRouter

from .views import ContactViewSet

router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("contacts", ContactViewSet, "contact")

urlpatterns = router.urls
