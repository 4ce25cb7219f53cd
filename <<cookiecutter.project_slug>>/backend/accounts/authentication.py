"""Who is asking? Answered from the access token, in the `Authorization` header or a cookie.

Django REST framework imports this module by its settings, so it must not import `rest_framework.views`.
"""

from typing import Any

from django.db.models import FilteredRelation, Q
from django.http import HttpRequest
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request
from rest_framework_simplejwt.exceptions import TokenError

from tenants.access import TenantAccess
from tenants.models import Tenant
from tenants.selectors import asked_host

from .cookies import access_cookie
from .csrf import enforce_csrf
from .models import TokenFamily, User
from .tokens import AccessToken


def access_token_of(request: HttpRequest) -> AccessToken | None:
    """The request's access token, or None if there is none, it has expired or it is not ours.

    A `Bearer` header counts alone, even if it is not valid; else the cookie does. Nothing is looked up: whether the
    login still stands, TokenAuthentication asks. Read once per request.
    """
    if not hasattr(request, "_access_token"):
        request._access_token = _validated(_raw_token(request))  # type: ignore[attr-defined]
    token: AccessToken | None = request._access_token  # type: ignore[attr-defined]
    return token


def _validated(raw: str | None) -> AccessToken | None:
    if raw is None:
        return None
    try:
        return AccessToken(raw)  # type: ignore[arg-type]  # takes the encoded text, whatever its annotation says
    except TokenError:
        return None


def _raw_token(request: HttpRequest) -> str | None:
    bearer = bearer_of(request)
    return access_cookie(request) if bearer is None else bearer


def bearer_of(request: HttpRequest) -> str | None:
    """The token of an `Authorization: Bearer` header, or None if there is no such header."""
    scheme, _, token = request.headers.get("Authorization", "").strip().partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


class TokenAuthentication(BaseAuthentication):
    """By `Authorization: Bearer`, or by cookie and then with CSRF protection.

    One query loads the login, its user and what they are in the request's tenant, so that logging out, revoking,
    deactivating and another role take effect with the next request and not when the access token ends.

    Sets `membership` on the request: None where the user is no member of the tenant, or there is none.
    """

    def authenticate(self, request: Request) -> tuple[User, AccessToken] | None:
        """The user and their token, None without credentials.

        Raises AuthenticationFailed with code `token_invalid` or `session_ended`, PermissionDenied with `csrf_failed`
        or `login_bound`, or with `impersonating` for what is the person's own.
        """
        http = request._request
        if _raw_token(http) is None:
            return None
        token = access_token_of(http)
        if token is None:
            raise AuthenticationFailed("The access token has expired or is not valid.", code="token_invalid")
        if bearer_of(http) is None:
            enforce_csrf(http)
        token.family = _standing(token, getattr(http, "tenant", None))
        if token.family.bound_host not in ("", asked_host(http)):
            raise PermissionDenied("This login was handed over to another host, and is good there.", code="login_bound")
        _refuse_impersonator(token.family, request)
        http.membership = getattr(token.family, "here", None)  # type: ignore[attr-defined]  # unset where there is none
        return token.family.user, token

    def authenticate_header(self, request: Request) -> str:
        """What a 401 names as the way to authenticate."""
        return 'Bearer realm="api"'


def _standing(token: AccessToken, tenant: Tenant | None) -> Any:
    """The token's login, with its user and, as `here`, the user's membership in the tenant."""
    membership = FilteredRelation("user__memberships", condition=Q(user__memberships__tenant=tenant))
    families = TokenFamily.objects.annotate(here=membership).filter(pk=token["sid"], revoked_at=None)
    joined: Any = families.select_related("user", "impersonator", "here__custom_role")  # type: ignore[misc]  # no field
    family = joined.first()
    if family is None or not family.user.is_active:
        raise AuthenticationFailed("This login has ended. Log in again.", code="session_ended")
    return family


def _refuse_impersonator(family: TokenFamily, request: Request) -> None:
    """An operator who works as somebody works in the tenant, and sees who they are; the rest is the person's alone."""
    view = request.parser_context.get("view")
    is_tenants = TenantAccess in getattr(view, "permission_classes", ())
    if family.impersonator and not (is_tenants or getattr(view, "for_impersonators", False)):
        raise PermissionDenied("You work as somebody else, and this is theirs alone.", code="impersonating")
