"""How many queries a request costs before its view begins: who asks, for which tenant, and whether they may."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from django.db import connections
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIClient

from accounts.tokens import AccessToken
from benchmarks.figures import Figure
from benchmarks.requests import log_in
from benchmarks.world import new_user
from contacts.views import ContactViewSet
from tenants.selectors import host_of
from tenants.services import create_tenant

PATH = "/api/v1/contacts"


def figures() -> list[Figure]:
    """In the scratch database; the second request of a login, when whatever is kept is kept."""
    return [Figure("queries for auth, tenant and permissions", first_queries(), "", at_most=2)]


def first_queries() -> int:
    """So many a member's request to list contacts takes before the view begins."""
    user = new_user()
    tenant = create_tenant(name="Measured", owner=user)
    token = AccessToken()
    token["sub"], token["sid"], token["tid"] = str(user.pk), str(log_in(user).pk), tenant.pk
    client = APIClient(HTTP_HOST=host_of(tenant), HTTP_AUTHORIZATION=f"Bearer {token}")
    assert client.get(PATH).status_code == 200
    return queries_until_the_view(lambda: client.get(PATH))


def queries_until_the_view(ask: Callable[[], Any]) -> int:
    """How many queries the request sends, over all connections, until the list's own method is called."""
    seen: list[str] = []
    at_view: list[int] = []

    def note(view: ContactViewSet, request: Request) -> Response:
        at_view.append(len(seen))
        return Response([])

    with _seeing(seen), patch.object(ContactViewSet, "list", note):
        ask()
    return at_view[0]


@contextmanager
def _seeing(seen: list[str]) -> Iterator[None]:
    def count(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        seen.append(sql)
        return execute(sql, *rest)

    wrapped = connections.all(initialized_only=True)
    for connection in wrapped:
        connection.execute_wrappers.append(count)
    try:
        yield
    finally:
        for connection in wrapped:
            connection.execute_wrappers.remove(count)
