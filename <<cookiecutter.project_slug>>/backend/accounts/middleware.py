"""Where a request comes from, and where a session is good."""

from collections.abc import Callable
from functools import partial

from asgiref.sync import sync_to_async
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.middleware import AuthenticationMiddleware, get_user
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import SimpleLazyObject

from core.errors import problem_response
from tenants.selectors import asked_host

from .sessions import BOUND_HOST

SAFE_METHODS = frozenset(["GET", "HEAD", "OPTIONS", "TRACE"])


class HostBoundMiddleware(AuthenticationMiddleware):
    """Django's, for sessions too that are good at one host alone: anywhere else nobody is logged in by them."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: user_here(request))  # type: ignore[assignment]
        request.auser = partial(sync_to_async(user_here), request)  # type: ignore[assignment]


def user_here(request: HttpRequest) -> AbstractBaseUser | AnonymousUser:
    """Whom the session has logged in, if it is good at this host."""
    is_elsewhere = request.session.get(BOUND_HOST) not in (None, asked_host(request))
    return AnonymousUser() if is_elsewhere else get_user(request)


class CrossSiteMiddleware:
    """Refuses to change anything for a page of another site, as browsers name it (Fetch Metadata), 403.

    A second line behind the CSRF token. Requests without cookies or with an `Authorization` header are not concerned:
    no browser adds that by itself.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not _is_cross_site(request):
            return self.get_response(request)
        return problem_response(request, 403, "cross_site", "Pages of other sites may not send this request.")


def _is_cross_site(request: HttpRequest) -> bool:
    if request.method in SAFE_METHODS or not request.COOKIES or "Authorization" in request.headers:
        return False
    return request.headers.get("Sec-Fetch-Site") == "cross-site"
