"""Addresses below /api/v1/."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from .invitation_views import AcceptView, InvitationViewSet, OfferView
from .member_views import MemberViewSet
from .role_views import PermissionsView, RolesView, RoleView
from .views import (
    DeletionView,
    DomainVerificationView,
    DomainViewSet,
    ExportFileView,
    ExportJobView,
    ExportView,
    TenantView,
)

router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("members", MemberViewSet, "member")
router.register("invitations", InvitationViewSet, "invitation")
router.register("tenant/domains", DomainViewSet, "domain")

urlpatterns = [
    path("tenant", TenantView.as_view()),
    path("tenant/domains/<int:domain_id>/verify", DomainVerificationView.as_view()),
    path("tenant/deletion", DeletionView.as_view()),
    path("tenant/export", ExportView.as_view()),
    path("tenant/export/file", ExportFileView.as_view(), name="export-file"),
    path("tenant/export/<uuid:job_id>", ExportJobView.as_view(), name="export-detail"),
    path("invitations/offer", OfferView.as_view()),
    path("invitations/accept", AcceptView.as_view()),
    path("permissions", PermissionsView.as_view()),
    path("roles", RolesView.as_view()),
    path("roles/<slug:key>", RoleView.as_view()),
    *router.urls,
]
