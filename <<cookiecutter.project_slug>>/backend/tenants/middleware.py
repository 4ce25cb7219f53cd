"""Finds the tenant of a request and works for it until the response has been sent."""

import re
from collections.abc import AsyncIterable, Callable, Iterable
from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from accounts.api_keys import api_key_of
from accounts.authentication import access_token_of
from accounts.middleware import SAFE_METHODS
from core.errors import problem_response
from members.audit import Actor, acting

from .context import aeach_as, each_as, tenant_context
from .isolation.databases import is_ready
from .models import Status, Tenant
from .selectors import UnknownHost, tenant_at

OPEN = re.compile(r"/_allauth/|/api/v1/(auth/|me$|tenants$|tenant/(export|deletion)(/|$))")
"""What works for a tenant that is suspended or being deleted, too: logging in and out, who and where somebody is, and
how its owners take their data along or keep the tenant after all. Of the tenant itself, what it is can be read."""


class TenantMismatch(LookupError):
    """The host is one tenant's, and the access token is for another."""


class TenantMiddleware:
    """Sets `request.tenant` from the host or, on the product's own hosts, from the access token.

    The body of a request never decides. A host and a token that name different tenants are refused, 403; a
    subdomain that no tenant has, 404; a tenant that is suspended or being deleted, 403 but for what is OPEN.

    Under ASGI, Django runs this in a thread and hands the context on to an async view and to what that awaits.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        try:
            tenant = tenant_of_request(request)
        except UnknownHost:
            return problem_response(request, 404, "tenant_unknown", "No tenant lives at this address.")
        except TenantMismatch:
            return _mismatch(request)
        if tenant and not tenant.is_active and not _is_open(request):
            return _inactive(request, tenant)
        if tenant and not is_ready(tenant):
            return _upgrading(request)
        return self._serve(request, tenant)

    def _serve(self, request: HttpRequest, tenant: Tenant | None) -> HttpResponseBase:
        request.tenant = tenant  # type: ignore[attr-defined]
        with tenant_context(tenant), acting(Actor(request)):
            response = self.get_response(request)
        if tenant and response.streaming:
            _stream_as(tenant, cast(StreamingHttpResponse, response))
        return response


def tenant_of_request(request: HttpRequest) -> Tenant | None:
    """The tenant of the host or, on the product's own hosts, of the access token or API key; None if none names one.

    Raises UnknownHost and TenantMismatch.
    """
    by_host = tenant_at(request)
    claim = _claimed_tenant_id(request)
    if by_host and claim and by_host.pk != claim:
        raise TenantMismatch
    return by_host or _claimed_tenant(request, claim)


def _claimed_tenant_id(request: HttpRequest) -> int | None:
    if key := api_key_of(request):
        return key.membership.tenant_id
    token = access_token_of(request)
    return token.get("tid") if token else None


def _claimed_tenant(request: HttpRequest, claim: int | None) -> Tenant | None:
    """An API key has come with its tenant; a token only says which."""
    if key := api_key_of(request):
        return key.membership.tenant
    return None if claim is None else Tenant.objects.filter(pk=claim).select_related("billing").first()


def _is_open(request: HttpRequest) -> bool:
    reads_tenant = request.path_info == "/api/v1/tenant" and request.method in SAFE_METHODS
    return reads_tenant or OPEN.match(request.path_info) is not None


def _mismatch(request: HttpRequest) -> HttpResponse:
    return problem_response(
        request,
        403,
        "tenant_mismatch",
        "You are logged in to another tenant. Log in at this address to use it.",
    )


def _inactive(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    what, whom = {
        Status.SUSPENDED: ("is suspended", f"Write to {settings.SUPPORT_EMAIL} to have it opened again."),
        Status.DELETING: ("is going to be deleted", "Ask its owners: they can still keep it."),
    }[Status(tenant.status)]
    return problem_response(request, 403, f"tenant_{tenant.status}", f"This tenant {what}. {whom}")


def _upgrading(request: HttpRequest) -> HttpResponse:
    response = problem_response(
        request, 503, "tenant_upgrading", "Your data is being upgraded. Nothing is lost: try again in a minute."
    )
    response["Retry-After"] = "30"
    return response


def _stream_as(tenant: Tenant, response: StreamingHttpResponse) -> None:
    """Make each chunk of the body as the tenant: that happens after the view has returned."""
    if response.is_async:
        response.streaming_content = aeach_as(tenant, cast(AsyncIterable[bytes], response.streaming_content))
    else:
        response.streaming_content = each_as(tenant, cast(Iterable[bytes], response.streaming_content))
