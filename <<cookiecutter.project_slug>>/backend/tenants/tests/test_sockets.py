"""A WebSocket of Channels works for its tenant only, and ends when its tenant or its login does."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any, ClassVar

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from asgiref.testing import ApplicationCommunicator
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from channels.layers import InMemoryChannelLayer
from rest_framework.test import APIClient

from accounts.models import User
from members.models import Member
from tenants.context import TenantMissing, current_tenant, tenant_context
from tenants.lifecycle import suspend_tenant
from tenants.models import Membership, Tenant
from tenants.sockets import FORBIDDEN, TenantGroups, TenantSockets

# Channels closes connections that are in a transaction, as a test's would be.
pytestmark = pytest.mark.usefixtures("committed_db")

CLOSED = {"type": "websocket.close", "code": FORBIDDEN}
LogIn = Callable[[User, str], APIClient]


class Layer(TenantGroups, InMemoryChannelLayer):
    """As a project's own over Redis would be."""


class Consumer(AsyncJsonWebsocketConsumer):
    """Answers each message with whom it works for and what it sees, and passes on what its group is told."""

    heard: ClassVar[list[Any]] = []

    async def connect(self) -> None:
        await self.channel_layer.group_add("news", self.channel_name)
        await self.accept()

    async def receive_json(self, content: Any, **kwargs: Any) -> None:
        self.heard.append(content)
        emails = [email async for email in Member.objects.order_by("email").values_list("email", flat=True)]
        await self.send_json({"for": current_tenant().slug, "user": self.scope["user"].email, "emails": emails})

    async def news(self, event: dict[str, Any]) -> None:
        await self.send_json({"for": current_tenant().slug, "news": event["text"]})


class Socket(ApplicationCommunicator):
    """The other end of a connection."""

    def __init__(self, application: Any, headers: list[tuple[bytes, bytes]]) -> None:
        scope = {"type": "websocket", "scheme": "ws", "path": "/ws", "query_string": b"", "headers": headers}
        super().__init__(application, {**scope, "subprotocols": []})

    async def connect(self) -> Any:
        await self.send_input({"type": "websocket.connect"})
        return await self.receive_output(timeout=10)

    async def say(self, text: str) -> None:
        await self.send_input({"type": "websocket.receive", "text": text})

    async def hear(self) -> Any:
        message = await self.receive_output(timeout=10)
        assert message["type"] == "websocket.send"
        return json.loads(message["text"])

    async def disconnect(self) -> None:
        await self.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.wait(10)


class Deployment:
    """The project's sockets, with a channel layer of their own."""

    def __init__(self) -> None:
        self.layer = Layer()
        self.application = TenantSockets(Consumer.as_asgi())

    def socket(self, host: str, *headers: tuple[str, str]) -> Socket:
        raw = [(name.encode(), value.encode()) for name, value in (("host", host), *headers)]
        return Socket(self.application, raw)


@pytest.fixture
def deployment(monkeypatch: pytest.MonkeyPatch) -> Deployment:
    made = Deployment()
    Consumer.heard.clear()
    monkeypatch.setattr("channels.consumer.get_channel_layer", lambda alias: made.layer)
    return made


def cookies(client: APIClient) -> tuple[str, str]:
    return "cookie", "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())


def origin(host: str) -> tuple[str, str]:
    return "origin", f"http://{host}"


def run(conversation: Callable[[], Awaitable[Any]]) -> Any:
    """As an ASGI server would, for whom nobody is current."""

    async def awaited() -> Any:
        return await conversation()

    return async_to_sync(awaited)()


async def answer(socket: Socket) -> Any:
    assert (await socket.connect())["type"] == "websocket.accept"
    await socket.say("{}")
    return await socket.hear()


def test_each_connection_works_for_its_own_tenant(
    deployment: Deployment, login: LogIn, alice: User, charlie: User
) -> None:
    sockets = [
        deployment.socket(host, cookies(login(user, host)), origin(host))
        for user, host in ((alice, "acme.localhost"), (charlie, "globex.localhost"))
    ]

    async def conversation() -> list[Any]:
        answers = [await answer(socket) for socket in sockets]
        for socket in sockets:
            await socket.disconnect()
        return answers

    assert run(conversation) == [
        {
            "for": "acme",
            "user": "alice@acme.test",
            "emails": ["alice@acme.test", "bob@acme.test", "vera@acme.test"],
        },
        {"for": "globex", "user": "charlie@globex.test", "emails": ["charlie@globex.test"]},
    ]


def test_groups_of_the_same_name_are_the_tenants_own(
    deployment: Deployment, login: LogIn, acme: Tenant, alice: User, charlie: User
) -> None:
    ours = deployment.socket("acme.localhost", cookies(login(alice, "acme.localhost")), origin("acme.localhost"))
    theirs = deployment.socket(
        "globex.localhost", cookies(login(charlie, "globex.localhost")), origin("globex.localhost")
    )

    async def conversation() -> tuple[Any, bool]:
        for socket in (ours, theirs):
            await answer(socket)
        async with tenant_context(acme):
            await deployment.layer.group_send("news", {"type": "news", "text": "for Acme"})
        heard = await ours.hear(), await theirs.receive_nothing()
        for socket in (ours, theirs):
            await socket.disconnect()
        return heard

    assert run(conversation) == ({"for": "acme", "news": "for Acme"}, True)


def test_without_a_tenant_there_is_no_group(deployment: Deployment) -> None:
    for use in (
        lambda: deployment.layer.group_add("news", "somebody"),
        lambda: deployment.layer.group_discard("news", "somebody"),
        lambda: deployment.layer.group_send("news", {"type": "news"}),
    ):
        with pytest.raises(TenantMissing):
            run(use)


def test_a_bearer_token_needs_no_origin(deployment: Deployment, login: LogIn, alice: User) -> None:
    token = login(alice, "acme.localhost").cookies["access"].value
    socket = deployment.socket("acme.localhost", ("authorization", f"Bearer {token}"))
    assert run(lambda: answer(socket))["for"] == "acme"


def test_whoever_has_no_business_there_is_refused(
    deployment: Deployment, login: LogIn, alice: User, charlie: User
) -> None:
    acmes, globexes = login(alice, "acme.localhost"), login(charlie, "globex.localhost")
    refused = {
        "nobody": ("acme.localhost", origin("acme.localhost")),
        "another tenant's token": ("acme.localhost", cookies(globexes), origin("acme.localhost")),
        "another site's page": ("acme.localhost", cookies(acmes), origin("evil.example")),
        "another tenant's page": ("acme.localhost", cookies(acmes), origin("globex.localhost")),
        "no page": ("acme.localhost", cookies(acmes)),
        "an unknown host": ("initech.localhost", cookies(acmes), origin("initech.localhost")),
        "a host that is not ours": ("evil.example", cookies(acmes), origin("evil.example")),
        "a token of nobody's": ("acme.localhost", ("authorization", "Bearer x.y.z")),
    }
    for who, connection in refused.items():
        host, *headers = connection
        socket = deployment.socket(host, *headers)
        assert run(socket.connect) == CLOSED, who


@pytest.mark.parametrize("way", ["said", "heard"])
@pytest.mark.parametrize("end", ["suspension", "membership", "login"])
def test_what_no_longer_stands_ends_the_connection(
    end: str, way: str, deployment: Deployment, login: LogIn, acme: Tenant, alice: User
) -> None:
    socket = deployment.socket("acme.localhost", cookies(login(alice, "acme.localhost")), origin("acme.localhost"))
    ends: dict[str, Callable[[], object]] = {
        "suspension": lambda: suspend_tenant(acme, reason="unpaid"),
        "membership": lambda: Membership.objects.filter(user=alice, tenant=acme).delete(),
        "login": lambda: alice.token_families.update(revoked_at="2026-01-01T00:00:00Z"),
    }

    async def conversation() -> Any:
        await answer(socket)
        await sync_to_async(ends[end])()
        if way == "said":
            await socket.say('{"write": "something"}')
        else:
            async with tenant_context(acme):
                await deployment.layer.group_send("news", {"type": "news", "text": "secret"})
        closed = await socket.receive_output(timeout=10)
        assert await socket.receive_nothing()
        return closed

    assert run(conversation) == CLOSED
    assert Consumer.heard == [{}]
