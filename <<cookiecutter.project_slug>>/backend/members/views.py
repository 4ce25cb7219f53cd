"""The endpoints for a tenant's log."""

from typing import Any

from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.viewsets import GenericViewSet

from core.filters import InstantFilter
from core.streaming import body_of
from tenants.access import reading
from tenants.context import current_tenant

from . import selectors
from .models import AuditEvent
from .permissions import AUDIT
from .serializers import AuditEventSerializer
from .sheets import csv_of

EXAMPLE = OpenApiExample(
    "Another role",
    value={
        "id": "019abf5c-7a41-7c3e-9d1f-0e5a4c2b8f10",
        "created_at": "2026-11-25T09:30:00Z",
        "action": "member.role_changed",
        "actor": {"kind": "member", "id": 1, "email": "alice@acme.com", "name": "Alice", "via": ""},
        "target": {"type": "member", "id": "12", "label": "bob@acme.com"},
        "changes": {"role": ["member", "admin"]},
        "ip": "203.0.113.7",
        "request_id": "019abf5c7a417c3e9d1f0e5a4c2b8f10",
    },
    response_only=True,
)


class CsvRenderer(JSONRenderer):
    """Lets a client ask for CSV, which the view has already; what else it answers is JSON all the same."""

    media_type = "text/csv"


class AuditEventFilter(filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """Which events."""

    since = InstantFilter("created_at", "gte")
    until = InstantFilter("created_at", "lt")
    actor = filters.NumberFilter("actor_id")

    class Meta:
        model = AuditEvent
        fields = ["action", "actor_kind", "target_type", "target_id", "request_id"]


@extend_schema_view(
    list=extend_schema(summary="Read the audit log", description="The newest first. `search` looks for who and what."),
    retrieve=extend_schema(summary="Read one event", examples=[EXAMPLE]),
)
@extend_schema(tags=["audit-events"])
class AuditEventViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet[AuditEvent]):
    """What was done in the tenant, and by whom. Nobody can change it."""

    required = reading(AUDIT)
    queryset = selectors.audit_events()
    serializer_class = AuditEventSerializer
    filterset_class = AuditEventFilter
    lookup_value_converter = "uuid"
    search_fields = ["action", "actor_email", "actor_name", "target_label"]
    ordering_fields = ["created_at"]

    @extend_schema(
        summary="Download the audit log as CSV",
        description="All events that the same filters leave, however many.",
        responses={(200, "text/csv"): OpenApiTypes.BINARY},
    )
    @action(
        ["GET"],
        detail=False,
        pagination_class=None,
        renderer_classes=(JSONRenderer, CsvRenderer),
        required=reading(AUDIT),
    )
    def export(self, request: Request, *args: Any, **kwargs: Any) -> StreamingHttpResponse:
        """Each line is made as it is sent."""
        events = selectors.newest_first(self.filter_queryset(self.get_queryset()))
        name = f"{current_tenant().slug}-audit-{timezone.now():%Y-%m-%d}.csv"
        headers = {
            "Content-Disposition": content_disposition_header(as_attachment=True, filename=name),
            "Cache-Control": "private, no-store",
        }
        return StreamingHttpResponse(body_of(request, csv_of(events)), content_type="text/csv", headers=headers)
