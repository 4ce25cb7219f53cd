"""Keys for programs that work in a tenant without anybody logging in.

A key acts for the member who made it: it may do what its scopes say, as far as that member may do it at the moment. So
it ends with the membership, and takes part in nothing else of the person's: a key logs nobody in.

`acmecloud_<40 hex digits><their CRC-32>`: the start tells scanners of leaked secrets whose it is, and the checksum lets
them be sure. The database has its SHA-256 alone, which nobody can guess back from 160 random bits.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence, Set
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING
from zlib import crc32

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request

from members.audit import record
from tenants.access import TenantAccess
from tenants.custom_roles import known_permissions
from tenants.models import Membership, Tenant

from .authentication import bearer_of
from .models import ApiKey, User

if TYPE_CHECKING:
    from rest_framework.views import APIView

USE_NOTED_EVERY = timedelta(minutes=1)
"""`last_used_at` is written no more often than that."""
SHOWN = 6
"""Digits of a key that people see of it later, to tell it from others."""


def api_keys_of(tenant: Tenant) -> QuerySet[ApiKey]:
    """All keys that work in the tenant, with the members whom they act for."""
    return ApiKey.objects.filter(membership__tenant=tenant).select_related("membership__user", "membership__tenant")


def create_api_key(
    membership: Membership, *, name: str, scopes: Sequence[str], by: Set[str], expires_at: datetime | None = None
) -> tuple[ApiKey, str]:
    """A key that acts for the member, and its text, which nobody can tell later. `by` are the member's permissions.

    Raises ValidationError for scopes that there are not and for a time that is over, BeyondOwnRole for more than `by`.
    """
    if expires_at is not None and expires_at <= timezone.now():
        raise ValidationError({"expires_at": ValidationError("This time is over already.", code="past")})
    text = _new_text()
    key = ApiKey(
        membership=membership,
        name=name,
        start=text[: len(settings.API_KEY_PREFIX) + 1 + SHOWN],
        digest=_digest(text),
        scopes=known_permissions(scopes, by, field="scopes"),
        expires_at=expires_at,
    )
    key.full_clean()
    key.save()
    changes = {"scopes": (None, key.scopes)}
    record("api_key.created", target=key.pk, label=str(key), changes=changes, tenant=membership.tenant)
    return key, text


def revoke_api_key(key: ApiKey) -> None:
    """Make a key void."""
    record("api_key.revoked", target=key.pk, label=str(key), tenant=key.membership.tenant)
    key.delete()


def _new_text() -> str:
    random = secrets.token_hex(20)
    return f"{settings.API_KEY_PREFIX}_{random}{crc32(random.encode()):08x}"


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def api_key_of(request: HttpRequest) -> ApiKey | None:
    """The key in the request's `Authorization: Bearer`, expired ones too; None if there is none. Read once a request.

    One query loads it with all that is asked of its member: the user, the tenant and the role.
    """
    if not hasattr(request, "_api_key"):
        request._api_key = _found(bearer_of(request))  # type: ignore[attr-defined]
    key: ApiKey | None = request._api_key  # type: ignore[attr-defined]
    return key


def _found(text: str | None) -> ApiKey | None:
    if not _looks_like_key(text):
        return None
    keys = ApiKey.objects.select_related("membership__user", "membership__tenant__billing", "membership__custom_role")
    return keys.filter(digest=_digest(str(text))).first()


def _looks_like_key(text: str | None) -> bool:
    return text is not None and text.startswith(f"{settings.API_KEY_PREFIX}_")


class ApiKeyAuthentication(BaseAuthentication):
    """By `Authorization: Bearer` with an API key, for views that go by TenantAccess.

    Sets `membership` on the request, as TokenAuthentication does.
    """

    def authenticate(self, request: Request) -> tuple[User, ApiKey] | None:
        """The user for whom the key acts, and the key; None where the request has none.

        Raises AuthenticationFailed with code `api_key_invalid` or `api_key_expired`, and PermissionDenied with
        `api_key_not_allowed` for a view that is for people who have logged in.
        """
        http = request._request
        if not _looks_like_key(bearer_of(http)):
            return None
        key = _valid(api_key_of(http))
        _require_for_programs(request.parser_context.get("view"))
        if http.tenant != key.membership.tenant:  # type: ignore[attr-defined]  # TenantMiddleware has seen to that
            raise AuthenticationFailed("This API key is another tenant's.", code="api_key_invalid")
        http.membership = key.membership  # type: ignore[attr-defined]
        _note_use(key)
        return key.membership.user, key

    def authenticate_header(self, request: Request) -> str:
        """What a 401 names as the way to authenticate."""
        return 'Bearer realm="api"'


def _valid(key: ApiKey | None) -> ApiKey:
    if key is None or not key.membership.user.is_active:
        raise AuthenticationFailed("There is no such API key, or it was revoked.", code="api_key_invalid")
    if key.expires_at is not None and key.expires_at <= timezone.now():
        raise AuthenticationFailed(f"This API key ended on {key.expires_at:%Y-%m-%d}.", code="api_key_expired")
    return key


def _require_for_programs(view: APIView | None) -> None:
    """Else a key could log its member out everywhere, or make itself a login that has no scopes."""
    if view is None or TenantAccess not in view.permission_classes:
        raise PermissionDenied("This is for people who have logged in, not for API keys.", code="api_key_not_allowed")


def _note_use(key: ApiKey) -> None:
    now = timezone.now()
    stale = Q(last_used_at=None) | Q(last_used_at__lt=now - USE_NOTED_EVERY)
    if key.last_used_at is None or key.last_used_at < now - USE_NOTED_EVERY:
        ApiKey.objects.filter(stale, pk=key.pk).update(last_used_at=now)
