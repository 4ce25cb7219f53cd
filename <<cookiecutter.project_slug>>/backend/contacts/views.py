"""The contacts' endpoints."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from idempotency.decorators import idempotent
from jobs.serializers import JobSerializer
from jobs.views import LOCATION_HEADER, RETRY_AFTER_HEADER, accepted
from tenants.access import reading_and_writing
from tenants.conditional import ConditionalViewSet

from . import selectors, services
from .models import Contact
from .permissions import IMPORT, READ, WRITE
from .serializers import ContactSerializer, ImportSerializer

IMPORT_EXAMPLE = OpenApiExample(
    "Queued",
    value={
        "id": "019abf5c-7a41-7c3e-9d1f-0e5a4c2b8f10",
        "kind": "contacts.import",
        "status": "queued",
        "progress": {"current": 0, "total": None, "percent": None, "message": ""},
        "result": None,
        "error": None,
        "created_at": "2026-11-25T09:30:00Z",
        "started_at": None,
        "finished_at": None,
    },
    response_only=True,
    status_codes=["202"],
)


@extend_schema_view(
    list=extend_schema(summary="List and search contacts"),
    create=extend_schema(summary="Create a contact"),
    retrieve=extend_schema(summary="Read a contact"),
    update=extend_schema(summary="Replace a contact"),
    partial_update=extend_schema(summary="Change a contact"),
    destroy=extend_schema(summary="Delete a contact"),
)
@extend_schema(tags=["contacts"])
class ContactViewSet(ConditionalViewSet):
    """The tenant's contacts. `search` finds words in name, email and company."""

    required = reading_and_writing(READ, WRITE)
    queryset = selectors.contacts()
    serializer_class = ContactSerializer
    lookup_value_converter = "uuid"
    search_fields = ["name", "email", "company"]
    ordering_fields = ["name", "email", "company", "created_at"]
    ordering = "-created_at"

    @idempotent
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Store a contact."""
        return super().create(request, *args, **kwargs)

    def perform_create(self, serializer: BaseSerializer[Contact]) -> None:
        values = serializer.validated_data
        serializer.instance = services.create_contact(created_by=_member_id(self.request), **values)

    def perform_update(self, serializer: BaseSerializer[Contact]) -> None:
        assert serializer.instance is not None
        services.update_contact(serializer.instance, **serializer.validated_data)

    def perform_destroy(self, instance: Contact) -> None:
        services.delete_contact(instance)

    @extend_schema(
        summary="Import contacts from a CSV file",
        description=(
            "Answers at once with a job; ask at `Location` how far it is. Its result is "
            "`{created, duplicates, failed, errors: [{line, reason}]}`: a contact whose email is there already is "
            "a duplicate and left as it is, a row that is no contact is told by its line, the first 1,000 of them."
        ),
        request={"multipart/form-data": ImportSerializer},
        responses={202: JobSerializer},
        parameters=[LOCATION_HEADER, RETRY_AFTER_HEADER],
        examples=[IMPORT_EXAMPLE],
    )
    @idempotent
    @action(
        ["POST"],
        detail=False,
        url_path="import",
        url_name="import",
        parser_classes=[MultiPartParser],
        required={"POST": IMPORT},
    )
    def import_(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Take a CSV file, check that it is one, and leave the rest to a worker."""
        serializer = ImportSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        file = serializer.validated_data["file"]
        return accepted(services.start_import(file=file, created_by=_member_id(request)))


def _member_id(request: Request) -> int:
    return request.membership.pk  # type: ignore[attr-defined, no-any-return]
