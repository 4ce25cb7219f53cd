"""What happens to every request before any app sees it."""

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from .errors import problem_response
from .health import PROBES
from .ids import uuid7
from .logging import request_id_variable

DATA_POLICY = "default-src 'none'; frame-ancestors 'none'"
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
NO_DEVICES = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"

WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{8,128}")


class RequestIdMiddleware:
    """Gives each request an id, which log lines, problem bodies and the response header `X-Request-ID` carry.

    An id sent by the caller is kept if it is well formed, so that a request can be followed through several
    services. Any other is replaced: it would end up in log lines, where its author must not write what he likes.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        sent = request.headers.get("X-Request-ID", "")
        request_id = sent if WELL_FORMED.fullmatch(sent) else uuid7().hex
        request.request_id = request_id  # type: ignore[attr-defined]
        token = request_id_variable.set(request_id)
        try:
            response = self.get_response(request)
        finally:
            request_id_variable.reset(token)
        response.headers["X-Request-ID"] = request_id
        return response


class ContentPolicyMiddleware:
    """Says what a browser may do with an answer (Content-Security-Policy), unless the answer says so itself.

    With data it is to do nothing, should it ever take them for a page. Pages, as the admin's, have what they need from
    here and from nowhere else, and nothing in their text is run. Nobody may put either into a frame.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not (settings.DEBUG and response.status_code in (404, 500)):  # Django's pages about those have styles inside
            response.headers.setdefault("Content-Security-Policy", _policy_for(response))
        response.headers.setdefault("Permissions-Policy", NO_DEVICES)
        return response


def _policy_for(response: HttpResponseBase) -> str:
    is_page = response.headers.get("Content-Type", "").startswith("text/html")
    return PAGE_POLICY if is_page else DATA_POLICY


class BodySizeMiddleware:
    """Refuses a body larger than MAX_UPLOAD_SIZE if it brings files, or than DATA_UPLOAD_MAX_MEMORY_SIZE, 413.

    By what the request says of its length, before any of it is read: parsers would read it all. One that does not say
    is refused, 411, where Django under WSGI would take it for empty and under ASGI would read it without end.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        length = request.headers.get("Content-Length", "")
        if "Transfer-Encoding" in request.headers and not length:
            return problem_response(request, 411, "length_required", "Send the body's length as Content-Length.")
        has_files = request.content_type == "multipart/form-data"
        limit = settings.MAX_UPLOAD_SIZE if has_files else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if length.isascii() and length.isdigit() and int(length) > limit:
            detail = f"The body may have {limit:,} bytes, and this one has {int(length):,}."
            return problem_response(request, 413, "body_too_large", detail)
        return self.get_response(request)


class HealthMiddleware:
    """Answers the probes of a load balancer or orchestrator ahead of everything else.

    A probe asks by IP address, without TLS, and most of all when the database is away: host checks, redirects and
    the look-up of the tenant would turn its answer into an error.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        probe = PROBES.get(request.path)
        return probe(request) if probe else self.get_response(request)
