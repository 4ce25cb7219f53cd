"""Tokens: issued at login, renewed one after the other, revoked together with the login they come from.

The access token (5 minutes) says who is asking; the refresh token (14 days) buys the next pair of tokens and is worth
nothing afterwards. If it is used a second time, somebody has stolen it, and we cannot tell whether the thief or the
owner came first: the whole family is revoked (RFC 9700, section 4.14.2). Two tabs that renew at the same moment, or a
client that never got the answer, are no thieves: for 20 seconds the token before the current one gets the same
successor again.
"""

import logging
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Case, Exists, F, OuterRef, QuerySet, When
from django.http import HttpRequest
from django.utils import timezone
from rest_framework_simplejwt import tokens
from rest_framework_simplejwt.exceptions import TokenError

from tenants.models import Membership, Tenant
from tenants.selectors import memberships_of, tenant_at

from .models import Revocation, TokenFamily, User
from .sessions import BOUND_HOST, end_session, user_of_session, user_session_of
from .signing import KeyRingToken

log = logging.getLogger(__name__)


class AccessToken(KeyRingToken, tokens.AccessToken):
    """Says who is asking (`sub`), by which login (`sid`) and for which tenant (`tid`, where one is chosen)."""

    family: TokenFamily
    """The login, once TokenAuthentication has seen that it still stands."""


class RefreshToken(KeyRingToken, tokens.RefreshToken):  # type: ignore[misc]  # simplejwt's own bases disagree
    """Buys the next pair of tokens, once."""


class TokenPair(NamedTuple):
    """What a client holds at a time."""

    access: AccessToken
    refresh: RefreshToken


class SessionEnded(TokenError):
    """The refresh token is not valid, or its login has ended: log in again."""


class ReuseDetected(TokenError):
    """The refresh token had been used before. Its whole family is revoked now."""


def issue(
    request: HttpRequest,
    *,
    tenant: Tenant | None = None,
    impersonator: User | None = None,
    max_age: timedelta = settings.JWT_SESSION_MAX_AGE,
) -> TokenPair:
    """Start a token family for the user who has just logged in with this request; without a tenant, for the host's."""
    session, user, now = user_session_of(request), request.user, timezone.now()
    assert isinstance(user, User)
    # A session has one family. An older one is replaced and not renewed: its access tokens must not live on.
    TokenFamily.objects.filter(user_session=session).delete()
    family = TokenFamily.objects.create(
        user=user,
        user_session=session,
        impersonator=impersonator,
        active_tenant=tenant or _tenant_at(request, user),
        current_jti=uuid4().hex,
        issued_at=now,
        expires_at=now + min(RefreshToken.lifetime, max_age),
        max_expires_at=now + max_age,
        bound_host=request.session.get(BOUND_HOST, ""),
    )
    return _mint(family)


def _tenant_at(request: HttpRequest, user: User) -> Tenant | None:
    """The tenant of the host if the user is a member of it; on the product's own host, their first tenant."""
    by_host = tenant_at(request)
    memberships = memberships_of(user)
    if by_host:
        memberships = memberships.filter(tenant=by_host)
    first = memberships.first()
    return first.tenant if first else None


def rotate(raw: str) -> TokenPair:
    """Exchange a refresh token for the next pair.

    Raises SessionEnded or ReuseDetected, both TokenError. Whoever calls this inside a transaction must let it commit
    nevertheless: the revocation is in it.
    """
    old = _read(raw)
    family = standing(old["sid"])
    won = _replace(family, old["jti"])
    current = TokenFamily.objects.filter(pk=family.pk, revoked_at=None).first()
    if current is None:
        raise SessionEnded("This login has ended.")
    if won or _is_repetition(current, old["jti"]):
        return _mint(current)
    _stop_reuse(current)
    raise ReuseDetected("This refresh token had been used before.")


def _read(raw: str) -> RefreshToken:
    try:
        return RefreshToken(raw)  # type: ignore[arg-type]  # takes the encoded text, whatever its annotation says
    except TokenError as error:
        raise SessionEnded(str(error)) from error


def standing(login: str) -> TokenFamily:
    """The login of this id. Raises SessionEnded if it has ended."""
    families = TokenFamily.objects.select_related("user", "user_session")
    family = families.filter(pk=login, revoked_at=None).first()
    if family is None or user_of_session(family.user_session.session_key) != family.user:
        raise SessionEnded("This login has ended.")
    return family


def _replace(family: TokenFamily, jti: str) -> bool:
    """Put a new token in the place of this one if it is the current one; of several at once, one succeeds."""
    now = timezone.now()
    changed = TokenFamily.objects.filter(pk=family.pk, current_jti=jti, revoked_at=None).update(
        current_jti=uuid4().hex,
        previous_jti=jti,
        issued_at=now,
        expires_at=min(now + RefreshToken.lifetime, family.max_expires_at),
        active_tenant=_tenant_kept(),
    )
    return changed == 1


def _tenant_kept() -> Case:
    """The tenant as long as the user is its member: in SQL, so that it undoes no switch of the same moment."""
    membership = Membership.objects.filter(user=OuterRef("user"), tenant=OuterRef("active_tenant"))
    return Case(When(Exists(membership), then=F("active_tenant")), default=None)


def _is_repetition(family: TokenFamily, jti: str) -> bool:
    """Is this the token before the current one, only a moment late?"""
    return jti == family.previous_jti and timezone.now() - family.issued_at <= settings.JWT_REFRESH_GRACE


def _stop_reuse(family: TokenFamily) -> None:
    log.warning("A refresh token of user %s was used twice; its login %s is ended.", family.user_id, family.pk)
    with transaction.atomic():
        revoke(TokenFamily.objects.filter(pk=family.pk), Revocation.REUSE)
        end_session(family.user_session.session_key)


def switch(family: TokenFamily, tenant: Tenant) -> AccessToken:
    """Let the login go on in another tenant, and return an access token for that.

    The refresh token stays as it is and is not told again: else whoever has stolen an access token, good for minutes,
    would get a login of weeks for it.
    """
    family.active_tenant = tenant
    family.save(update_fields=["active_tenant"])
    return _access(family)


def revoke(families: QuerySet[TokenFamily], reason: Revocation) -> None:
    """End these logins at once: the next request with one of their tokens is refused."""
    families.filter(revoked_at=None).update(revoked_at=timezone.now(), revoked_reason=reason)


def _mint(family: TokenFamily) -> TokenPair:
    """The family's current tokens. The refresh token is the same each time: all of it comes from the row."""
    refresh = RefreshToken()
    _name(refresh, family)
    refresh["jti"] = family.current_jti
    refresh["iat"] = _epoch(family.issued_at)
    refresh["exp"] = _epoch(family.expires_at)
    return TokenPair(_access(family), refresh)


def _access(family: TokenFamily) -> AccessToken:
    access = AccessToken()
    _name(access, family)
    if family.active_tenant_id:
        access["tid"] = family.active_tenant_id
    return access


def _name(token: tokens.Token, family: TokenFamily) -> None:
    token["sub"] = str(family.user_id)
    token["sid"] = str(family.pk)


def _epoch(moment: datetime) -> int:
    return int(moment.timestamp())
