"""Cookies travel with every request of a browser, whoever made it send one; so they prove nothing alone."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponse
from rest_framework.authentication import CSRFCheck
from rest_framework.exceptions import PermissionDenied


def enforce_csrf(request: HttpRequest) -> None:
    """Django's check of Origin and CSRF token, for views of the API that go by cookies.

    Raises PermissionDenied with code `csrf_failed`. Safe methods pass.
    """
    check = CSRFCheck(_no_response)
    check.process_request(request)
    reason = check.process_view(request, _no_response, (), {})
    if reason:
        raise PermissionDenied(
            f"{reason} Fetch /api/v1/auth/csrf and send the cookie {settings.CSRF_COOKIE_NAME} back as X-CSRFToken.",
            code="csrf_failed",
        )


def enforce_own_origin(request: HttpRequest) -> None:
    """Let a WebSocket go by cookies only if a page of ours opened it (RFC 6455, section 10.2).

    No CSRF token comes with its handshake, and no policy of the browser keeps another site from opening it. Raises
    PermissionDenied.
    """
    check: Any = CSRFCheck(_no_response)  # its stubs are without what it has from Django's CsrfViewMiddleware
    if "HTTP_ORIGIN" not in request.META or not check._origin_verified(request):
        raise PermissionDenied("A page of another site opened this.", code="csrf_failed")


def _no_response(request: HttpRequest) -> HttpResponse:
    return HttpResponse()
