"""What browsers tell about where a request comes from."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from core.errors import problem_response

SAFE_METHODS = frozenset(["GET", "HEAD", "OPTIONS", "TRACE"])


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
