"""From a login at one host to a login at another of the same deployment, by a code that works once.

No cookie reaches another host, so this goes as OAuth does with PKCE (RFC 7636). The browser begins at the target, which
gives it a secret in a cookie and sends the secret's hash along to the host where the person is logged in. From there it
comes back with a code, and the browser that has the secret can use it: nobody is logged in by a link to somebody
else's code, and a code that was overheard is worth nothing.

Whoever controls a tenant's own domain sees what goes over it. So a login that was handed over to a tenant's host is
good at that host alone, and is not handed on.
"""

from dataclasses import asdict, dataclass
from hashlib import sha256
from secrets import compare_digest, token_urlsafe
from typing import cast
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import login, logout
from django.core.cache import caches
from django.http import HttpRequest
from rest_framework_simplejwt.exceptions import TokenError

from tenants.cache import PrefixedCache
from tenants.models import Tenant
from tenants.selectors import UnknownHost, asked_host, host_of, membership_of, tenant_of_host

from .cookies import queue
from .middleware import user_here
from .models import TokenFamily, User
from .sessions import BOUND_HOST
from .tokens import issue, standing

CODE_LIFETIME = 60
"""Seconds from one redirect to the next."""


class HandoffRefused(Exception):
    """The code is used, too old, for another host or browser, or the login that it comes from is over."""


@dataclass(frozen=True)
class Handoff:
    """What a code stands for."""

    login: str
    """The token family that it comes from."""
    host: str
    challenge: str
    next: str


def new_secret() -> str:
    """For the cookie of the browser that begins: 256 random bits."""
    return token_urlsafe(32)


def challenge_of(secret: str) -> str:
    """What the other host may know of it."""
    return sha256(secret.encode()).hexdigest()


def app_host() -> str:
    """The product's own host, where people log in."""
    return str(urlsplit(settings.APP_URL).hostname)


def origin_named(host: str) -> str:
    """The host if it may be the one to come from, else the product's own.

    A tenant's own domain may not: who owns it could have people sent there by a link to us.
    """
    tenant = _tenant_of(host)
    return host if tenant and host == host_of(tenant) else app_host()


def may_go_to(user: User, host: str) -> bool:
    """Is it the product's own host, or the one of a tenant that the user is a member of?"""
    tenant = _tenant_of(host)
    return host == app_host() or (tenant is not None and membership_of(user, tenant) is not None)


def _tenant_of(host: str) -> Tenant | None:
    try:
        return tenant_of_host(host)
    except UnknownHost:
        return None


def create_code(handoff: Handoff) -> str:
    """A code for it. Only its hash is kept."""
    code = token_urlsafe(32)
    caches["shared"].set(_key(code), asdict(handoff), CODE_LIFETIME)
    return code


def redeem(code: str, *, host: str, secret: str) -> Handoff:
    """What the code stands for; it is used now, whatever comes of it. Raises HandoffRefused."""
    found = cast(PrefixedCache, caches["shared"]).pop(_key(code))
    if found is None:
        raise HandoffRefused
    handoff = Handoff(**found)
    if handoff.host != host or not compare_digest(handoff.challenge, challenge_of(secret)):
        raise HandoffRefused
    return handoff


def _key(code: str) -> str:
    return f"handoff:{sha256(code.encode()).hexdigest()}"


def log_in(request: HttpRequest, handoff: Handoff) -> None:
    """Start a login of its own here, for whoever has the one that was handed over. Raises HandoffRefused.

    How they have authenticated does not come along: what wants that to be recent asks for it again.
    """
    user = _user_of(handoff)
    logout(request)  # whoever was logged in here: their tokens end, too
    login(request, user, settings.AUTHENTICATION_BACKENDS[0])
    if handoff.host != app_host():
        request.session[BOUND_HOST] = asked_host(request)
    queue(request, issue(request))


def _user_of(handoff: Handoff) -> User:
    try:
        user = standing(handoff.login).user
    except TokenError as error:
        raise HandoffRefused from error
    if not may_go_to(user, handoff.host):
        raise HandoffRefused
    return user


def login_in(request: HttpRequest) -> TokenFamily | None:
    """The login of the browser's session: its cookie goes along with a navigation when the access token has ended."""
    if not user_here(request).is_authenticated:  # DRF has put another in the place of `request.user`
        return None
    logins = TokenFamily.objects.filter(user_session__session_key=request.session.session_key, revoked_at=None)
    return logins.select_related("user").first()
