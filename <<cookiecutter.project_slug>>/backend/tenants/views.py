"""The endpoints for a tenant's own people: what it is, its domains, its data, its end.

Which tenant that is say the host and the login, as everywhere; no body and no id does.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

from asgiref.sync import sync_to_async
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.handlers.asgi import ASGIRequest
from django.core.signing import BadSignature, SignatureExpired
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework.mixins import CreateModelMixin, DestroyModelMixin, ListModelMixin
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from core.errors import problem_response
from core.openapi import PROBLEM, ProblemSerializer
from jobs.selectors import jobs
from jobs.serializers import JobSerializer
from jobs.views import LOCATION_HEADER, RETRY_AFTER_HEADER, accepted, state_of
from subscriptions.plans import CUSTOM_DOMAINS

from .access import ANY_MEMBER, reading, reading_and_writing, require
from .context import current_tenant
from .domains import DnsUnavailable, NotVerified, add_domain, remove_domain, verify_domain
from .errors import Conflict, validated
from .exports import KIND, open_export
from .lifecycle import cancel_deletion, rename_tenant, request_deletion, start_export
from .models import Domain
from .openapi import DOMAIN_EXAMPLE, EXPORT_EXAMPLE, TENANT_EXAMPLE, UNVERIFIED_EXAMPLE, example
from .permissions import DELETE, DOMAINS, EXPORT, RENAME, UPDATE
from .selectors import domains_of
from .serializers import CurrentTenantSerializer, DeletionSerializer, DomainSerializer, TenantChangeSerializer
from .services import rename

DNS_RETRY_AFTER = "30"
"""Seconds until it is worth asking a DNS again that gave no answer."""


class TenantView(APIView):
    """The current tenant."""

    required = {"GET": ANY_MEMBER, "PATCH": UPDATE}

    @extend_schema(
        summary="Read the current tenant",
        description="Works for every member, and while the tenant is suspended or about to be deleted, too.",
        responses=CurrentTenantSerializer,
        examples=[example(TENANT_EXAMPLE, "200")],
        tags=["tenant"],
    )
    def get(self, request: Request) -> Response:
        return Response(CurrentTenantSerializer(current_tenant()).data)

    @extend_schema(
        summary="Change the current tenant",
        description="Owners and admins change the name; only owners change the slug. The tenant can be reached at its "
        "new address from then on, and at the old one no more.",
        request=TenantChangeSerializer,
        responses=CurrentTenantSerializer,
        examples=[OpenApiExample("Another name", value={"name": "Acme Corp"}, request_only=True)],
        tags=["tenant"],
    )
    def patch(self, request: Request) -> Response:
        tenant, changes = current_tenant(), validated(TenantChangeSerializer(data=request.data))
        if changes.get("slug", tenant.slug) != tenant.slug:
            require(request, RENAME)
            rename_tenant(tenant, slug=changes["slug"])
        if "name" in changes:
            rename(tenant, name=changes["name"])
        return self.get(request)


@extend_schema_view(
    list=extend_schema(summary="List the tenant's own domains"),
    create=extend_schema(
        summary="Add a domain",
        description="It serves nothing until its TXT record is there and `verify` has found it. Owners and admins.",
        examples=[
            OpenApiExample("A host name", value={"host": "app.acme.com"}, request_only=True),
            example(DOMAIN_EXAMPLE, "201"),
        ],
    ),
    destroy=extend_schema(
        summary="Remove a domain", description="It no longer serves the tenant, at once. Owners and admins."
    ),
)
@extend_schema(tags=["tenant"])
class DomainViewSet(ListModelMixin, CreateModelMixin, DestroyModelMixin, GenericViewSet[Domain]):
    """The hosts that the tenant says are its own."""

    required = reading_and_writing(ANY_MEMBER, DOMAINS)
    needs_feature = {"POST": CUSTOM_DOMAINS}
    queryset = Domain.objects.none()
    serializer_class = DomainSerializer
    lookup_url_kwarg = "domain_id"
    lookup_value_converter = "int"
    ordering_fields = ["host", "created_at"]
    ordering = "host"

    def get_queryset(self) -> QuerySet[Domain]:
        return domains_of(current_tenant())

    def perform_create(self, serializer: BaseSerializer[Domain]) -> None:
        serializer.instance = add_domain(current_tenant(), **serializer.validated_data)

    def perform_destroy(self, instance: Domain) -> None:
        remove_domain(instance)


# DNS takes its time, and no transaction should be open for that long.
@method_decorator(transaction.non_atomic_requests, name="dispatch")
class DomainVerificationView(APIView):
    """Shows whose a domain is."""

    required = {"POST": DOMAINS}

    @extend_schema(
        summary="Verify a domain",
        description="Asks DNS for the domain's TXT record; once it is there, the domain serves the tenant. Until then "
        "409: `expected` is the record to create, `found` what is there instead. Where DNS gives no answer, 503 and "
        "`Retry-After`. Owners and admins.",
        request=None,
        responses={
            200: DomainSerializer,
            (409, PROBLEM[0]): OpenApiResponse(ProblemSerializer, "`not_verified`, `taken`"),
            503: OpenApiResponse(description="`dns_unavailable`"),
        },
        examples=[
            example(DOMAIN_EXAMPLE | {"verified_at": "2026-11-25T09:40:00Z"}, "200"),
            example(UNVERIFIED_EXAMPLE, "409", media_type=PROBLEM[0]),
        ],
        tags=["tenant"],
    )
    def post(self, request: Request, domain_id: int) -> HttpResponse:
        domain = get_object_or_404(domains_of(current_tenant()), pk=domain_id)
        try:
            verify_domain(domain)
        except NotVerified as error:
            record = {"expected": DomainSerializer(domain).data["record"], "found": error.found}
            return problem_response(request, 409, "not_verified", error.messages[0], **record)
        except ValidationError as error:
            raise Conflict(error) from error
        except DnsUnavailable as error:
            response = problem_response(request, 503, "dns_unavailable", f"{error} Nothing has changed: try again.")
            response.headers["Retry-After"] = DNS_RETRY_AFTER
            return response
        return Response(DomainSerializer(domain).data)


class DeletionView(APIView):
    """The end of the current tenant."""

    required = {"POST": DELETE, "DELETE": DELETE}
    while_read_only = ("POST", "DELETE")

    @extend_schema(
        summary="Delete the tenant",
        description="Closes the tenant at once, and erases it after `delete_after`; until then it can be kept after "
        "all. Asked again, it changes nothing. Owners only.",
        request=DeletionSerializer,
        responses={202: CurrentTenantSerializer},
        examples=[
            OpenApiExample("The slug, typed", value={"slug": "acme"}, request_only=True),
            example(TENANT_EXAMPLE | {"status": "deleting", "delete_after": "2026-12-25T09:30:00Z"}, "202"),
        ],
        tags=["tenant"],
    )
    def post(self, request: Request) -> Response:
        tenant, wish = current_tenant(), validated(DeletionSerializer(data=request.data))
        request_deletion(tenant, slug=wish["slug"], requested_by=request.user.email)  # type: ignore[union-attr]
        return Response(CurrentTenantSerializer(tenant).data, status=202)

    @extend_schema(
        summary="Keep the tenant after all",
        description="Cancels the deletion: the tenant is active again, or suspended if it was. Owners only.",
        responses={
            200: CurrentTenantSerializer,
            409: OpenApiResponse(description="`not_deleting`, `too_late`"),
        },
        examples=[example(TENANT_EXAMPLE, "200")],
        tags=["tenant"],
    )
    def delete(self, request: Request) -> Response:
        tenant = current_tenant()
        try:
            cancel_deletion(tenant)
        except ValidationError as error:
            raise Conflict(error) from error
        return Response(CurrentTenantSerializer(tenant).data)


class ExportView(APIView):
    """The tenant's data, to take along."""

    required = {"POST": EXPORT}
    while_read_only = ("POST",)

    @extend_schema(
        summary="Export the tenant",
        description="Answers at once with a job; ask at `Location` how far it is. Its result is "
        "`{size, url, expires_at}`: a zip with every row and file, in bytes, and where an owner can download it until "
        "when. Works while the tenant is suspended or about to be deleted, too. Owners only.",
        request=None,
        responses={202: JobSerializer, 409: OpenApiResponse(description="`too_late`")},
        parameters=[LOCATION_HEADER, RETRY_AFTER_HEADER],
        examples=[example(EXPORT_EXAMPLE | {"status": "queued", "result": None, "finished_at": None}, "202")],
        tags=["tenant"],
    )
    def post(self, request: Request) -> Response:
        try:
            job = start_export(current_tenant(), created_by=request.membership.pk)  # type: ignore[attr-defined]
        except ValidationError as error:
            raise Conflict(error) from error
        return accepted(job, "export-detail")


class ExportJobView(APIView):
    """How far an export is."""

    required = reading(EXPORT)

    @extend_schema(
        summary="See how far an export is",
        description="As the job's own address, and while the tenant is suspended or about to be deleted, too. "
        "Owners only.",
        responses=JobSerializer,
        parameters=[RETRY_AFTER_HEADER],
        examples=[example(EXPORT_EXAMPLE, "200")],
        tags=["tenant"],
    )
    def get(self, request: Request, job_id: str) -> Response:
        return state_of(get_object_or_404(jobs().filter(kind=KIND), pk=job_id))


class ZipRenderer(JSONRenderer):
    """Lets a client ask for a zip, which the view has already; what else it answers is JSON all the same."""

    media_type = "application/zip"


class ExportFileView(APIView):
    """The file of an export."""

    required = reading(EXPORT)
    renderer_classes = (JSONRenderer, ZipRenderer)

    @extend_schema(
        summary="Download an export",
        description="The `url` of an export's result leads here. Owners only, whoever has the link.",
        parameters=[OpenApiParameter("signature", str, required=True, description="Taken from the `url`.")],
        responses={
            (200, "application/zip"): OpenApiTypes.BINARY,
            404: OpenApiResponse(description="The file is not this tenant's, or has been removed"),
            410: OpenApiResponse(description="`link_expired`"),
        },
        tags=["tenant"],
    )
    def get(self, request: Request) -> HttpResponse | StreamingHttpResponse:
        try:
            file = open_export(request.query_params.get("signature", ""))
        except SignatureExpired:
            return problem_response(request, 410, "link_expired", "This link has ended. Export the tenant again.")
        except BadSignature:
            return problem_response(request, 403, "link_invalid", "This link is not whole. Use the `url` as it is.")
        except FileNotFoundError:
            return problem_response(request, 404, "not_found", "There is no such file. Export the tenant again.")
        return _download(file, f"{current_tenant().slug}-{timezone.now():%Y-%m-%d}.zip", request)


def _download(file: File[Any], name: str, request: Request) -> StreamingHttpResponse:
    chunks = _achunks(file) if isinstance(request._request, ASGIRequest) else _chunks(file)
    headers = {
        "Content-Length": str(file.size),
        "Content-Disposition": content_disposition_header(as_attachment=True, filename=name),
        "Cache-Control": "private, no-store",
    }
    return StreamingHttpResponse(chunks, content_type="application/zip", headers=headers)


def _chunks(file: File[Any]) -> Iterator[bytes]:
    with file:
        yield from file.chunks()


async def _achunks(file: File[Any]) -> AsyncIterator[bytes]:
    """A plain generator would be read to its end before the first byte is sent."""
    try:
        while chunk := await sync_to_async(file.read)(File.DEFAULT_CHUNK_SIZE):
            yield chunk
    finally:
        await sync_to_async(file.close)()
