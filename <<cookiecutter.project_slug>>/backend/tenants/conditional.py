"""Changes that are made only if nobody else has made one meanwhile."""

from __future__ import annotations

from typing import Any

from django.db.models import Model, QuerySet
from django.utils.http import parse_etags
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ModelViewSet

from core.conditional import etag_of

from .transactions import tenant_atomic

CHANGES_OBJECT = ("update", "partial_update", "destroy")
SHOWS_OBJECT = ("create", "retrieve", "update", "partial_update")


class PreconditionFailed(APIException):
    """What the caller wants to change is not what they have read."""

    status_code = 412
    default_code = "precondition_failed"
    default_detail = "This has been changed meanwhile. Read it again, and send along its new ETag."


IF_MATCH = extend_schema(
    parameters=[
        OpenApiParameter(
            "If-Match", str, OpenApiParameter.HEADER, description="The `ETag` of what was read; only that is changed."
        )
    ]
)


@extend_schema_view(update=IF_MATCH, partial_update=IF_MATCH, destroy=IF_MATCH)
class ConditionalViewSet(ModelViewSet[Any]):
    """A ModelViewSet of the tenant's rows whose objects have an `ETag`.

    A change or removal that says in `If-Match` which it means is made of that one alone: PreconditionFailed, 412, if
    somebody has been quicker (RFC 9110, section 13.1.1). The row is locked from the comparison to the change.
    """

    def get_queryset(self) -> QuerySet[Any]:
        rows = super().get_queryset()
        return rows.select_for_update(of=("self",)) if self._expected else rows

    def get_object(self) -> Model:
        instance: Model = super().get_object()
        if self._expected and not self._is_expected(instance):
            raise PreconditionFailed
        return instance

    def update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        with tenant_atomic():
            return super().update(request, *args, **kwargs)

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        with tenant_atomic():
            return super().destroy(request, *args, **kwargs)

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        if self.action in SHOWS_OBJECT and response.status_code in (200, 201):
            response.headers["ETag"] = etag_of(response.data)
        return super().finalize_response(request, response, *args, **kwargs)

    @property
    def _expected(self) -> str:
        """`If-Match` of a change."""
        return self.request.headers.get("If-Match", "") if self.action in CHANGES_OBJECT else ""

    def _is_expected(self, instance: Model) -> bool:
        """A proxy that compresses makes tags weak. They still name the same object, and that is what is asked here."""
        tags = [tag.removeprefix("W/") for tag in parse_etags(self._expected)]
        return "*" in tags or etag_of(self.get_serializer(instance).data) in tags
