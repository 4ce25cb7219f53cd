"""The cookies that carry a browser's tokens."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from .tokens import AccessToken, TokenPair

REFRESH_PATH = "/api/v1/auth/"
"""The refresh token goes nowhere else."""


def access_cookie(request: HttpRequest) -> str | None:
    """The access token of a browser."""
    return request.COOKIES.get(settings.ACCESS_COOKIE_NAME)


def refresh_cookie(request: HttpRequest) -> str:
    """The refresh token of a browser, '' if it has none."""
    return request.COOKIES.get(settings.REFRESH_COOKIE_NAME, "")


def set_cookies(response: HttpResponseBase, pair: TokenPair) -> None:
    """Give the browser these tokens.

    Scripts can read when the access token ends, for as long as the refresh token is there.
    """
    life = pair.refresh["exp"] - pair.refresh["iat"]
    _set(response, settings.REFRESH_COOKIE_NAME, str(pair.refresh), max_age=life, path=REFRESH_PATH)
    set_access_cookies(response, pair.access, life)


def set_access_cookies(response: HttpResponseBase, access: AccessToken, life: int) -> None:
    """Give the browser this access token, beside a refresh token that has so many seconds to live."""
    access_life = int(AccessToken.lifetime.total_seconds())
    _set(response, settings.ACCESS_COOKIE_NAME, str(access), max_age=access_life)
    _set(response, settings.EXPIRY_COOKIE_NAME, str(access["exp"]), max_age=life, httponly=False)
    response.headers["Cache-Control"] = "no-store"


def _set(
    response: HttpResponseBase, name: str, value: str, *, max_age: int, path: str = "/", httponly: bool = True
) -> None:
    secure = settings.SESSION_COOKIE_SECURE
    response.set_cookie(name, value, max_age=max_age, path=path, httponly=httponly, secure=secure, samesite="Lax")


def clear_cookies(response: HttpResponseBase) -> None:
    """Take the browser's tokens away."""
    response.delete_cookie(settings.ACCESS_COOKIE_NAME, samesite="Lax")
    response.delete_cookie(settings.REFRESH_COOKIE_NAME, path=REFRESH_PATH, samesite="Lax")
    response.delete_cookie(settings.EXPIRY_COOKIE_NAME, samesite="Lax")


def queue(request: HttpRequest, pair: TokenPair | None) -> None:
    """Have the response to this request set the cookies, or with None clear them.

    For code that has no response in hand, as the receivers of signals.
    """
    request._queued_tokens = pair  # type: ignore[attr-defined]


class TokenCookieMiddleware:
    """Does what was queued for the response's cookies."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not hasattr(request, "_queued_tokens"):
            return response
        if request._queued_tokens is None:
            clear_cookies(response)
        elif response.status_code < 400:  # else the family was rolled back with everything else
            set_cookies(response, request._queued_tokens)
        return response
