"""WebSockets: a connection works for one tenant, for as long as its tenant and its login stand.

Nothing here needs a library: `TenantSockets` wraps any ASGI application, such as Channels' consumers.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from asgiref.sync import sync_to_async
from django.core.exceptions import DisallowedHost
from django.core.handlers.asgi import ASGIRequest
from django.db import close_old_connections
from rest_framework.exceptions import APIException
from rest_framework.request import Request

from accounts.authentication import TokenAuthentication, bearer_of
from accounts.csrf import enforce_own_origin
from accounts.models import User

from .context import current_tenant, tenant_context
from .isolation.databases import is_ready
from .middleware import TenantMismatch, tenant_of_request
from .models import Membership, Tenant
from .selectors import UnknownHost

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

FORBIDDEN = 4403
"""The code that a connection is closed with which may not go on, as 403 is for a request (RFC 6455, section 7.4.2)."""

_CLOSE = {"type": "websocket.close", "code": FORBIDDEN}


class TenantSockets:
    """ASGI middleware for connections of type `websocket`.

    Host and token say which tenant, as for a request, and the user has to be its member; with cookies, a page of ours
    has to have opened the connection. Else it is closed before it was accepted, which a browser sees as 403. The
    application runs inside `tenant_context` and finds `tenant`, `user` and `membership` in its scope.

    All of that is asked again before each message, in either direction: once somebody has logged out or is no member
    any more, or the tenant is suspended, the connection is closed with FORBIDDEN in the message's place.
    """

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        admitted = await _admit(scope)
        if admitted is None:
            await receive()
            await send(_CLOSE)
            return
        guarded = _Guarded(scope, receive, send)
        async with tenant_context(admitted.tenant):
            await self.application({**scope, **vars(admitted)}, guarded.receive, guarded.send)


class TenantGroups:
    """Put before a class of channel layers: its groups are the current tenant's own. Without one, TenantMissing."""

    async def group_add(self, group: str, channel: str) -> None:
        await super().group_add(_own(group), channel)  # type: ignore[misc]

    async def group_discard(self, group: str, channel: str) -> None:
        await super().group_discard(_own(group), channel)  # type: ignore[misc]

    async def group_send(self, group: str, message: Message) -> None:
        await super().group_send(_own(group), message)  # type: ignore[misc]


def _own(group: str) -> str:
    return f"tenant-{current_tenant().pk}.{group}"


@dataclass(frozen=True)
class _Admitted:
    tenant: Tenant
    user: User
    membership: Membership


class _Guarded:
    """What goes over a connection, as long as it may; closed once, and silent from then on."""

    def __init__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        self._scope, self._receive, self._send = scope, receive, send
        self._closed = False

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "websocket.receive" and not await self._may_go_on():
            return {"type": "websocket.disconnect", "code": FORBIDDEN}
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "websocket.send" and not await self._may_go_on():
            return
        if not self._closed:
            await self._send(message)

    async def _may_go_on(self) -> bool:
        if not self._closed and await _admit(self._scope) is None:
            self._closed = True
            await self._send(_CLOSE)
        return not self._closed


async def _admit(scope: MutableMapping[str, Any]) -> _Admitted | None:
    """Who may use the connection, as of now; None if nobody may."""
    with tenant_context(None):
        return await sync_to_async(_admitted_now)(_request_of(scope))


def _request_of(scope: MutableMapping[str, Any]) -> ASGIRequest:
    """The handshake, which is a GET request."""
    scheme = {"ws": "http", "wss": "https"}[scope.get("scheme", "ws")]
    return ASGIRequest({**scope, "type": "http", "method": "GET", "scheme": scheme}, BytesIO())


def _admitted_now(request: ASGIRequest) -> _Admitted | None:
    """Django looks after its connections when a request begins and ends; a WebSocket may stay open for days."""
    close_old_connections()
    try:
        return _admitted(request)
    finally:
        close_old_connections()


def _admitted(request: ASGIRequest) -> _Admitted | None:
    try:
        tenant = tenant_of_request(request)
        request.tenant = tenant  # type: ignore[attr-defined]
        login = TokenAuthentication().authenticate(Request(request))
        if login and bearer_of(request) is None:
            enforce_own_origin(request)
    except (UnknownHost, TenantMismatch, DisallowedHost, APIException):
        return None
    if not (tenant and tenant.is_active and is_ready(tenant) and login):
        return None
    membership = request.membership  # type: ignore[attr-defined]
    return _Admitted(tenant, login[0], membership) if membership else None
