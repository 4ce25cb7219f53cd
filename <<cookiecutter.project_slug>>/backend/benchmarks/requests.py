"""Whole requests to the contacts' endpoints, through everything that stands before and behind the views."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle
from tempfile import TemporaryFile
from typing import Any
from wsgiref.util import setup_testing_defaults

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections
from django.test import override_settings
from psycopg.pq import Trace
from rest_framework.test import APIClient

from accounts.models import TokenFamily, User
from accounts.tokens import AccessToken
from benchmarks.figures import Figure
from benchmarks.isolation.plain import contact_id
from benchmarks.world import PASSWORD
from tenants.models import Tenant

OURS = "/api/v1/contacts"
PLAIN = "/plain/contacts"
"""The same without our tenancy; see benchmarks.plain."""
KINDS = ("list", "detail")

Call = Callable[[], None]


@dataclass(frozen=True)
class Way:
    """A way to answer requests: the middleware and views, and what is behind the alias `default` for a tenant's."""

    handler: WSGIHandler
    login: TokenFamily
    connection_for: Callable[[Tenant], Any]
    base: str = OURS

    def requests(self, kind: str, tenants: Sequence[Tenant]) -> Call:
        """A function that asks one of the tenants after the other, round and round, for contacts or for one of them.

        It raises AssertionError unless it gets what it asks for. Each has been asked once already.
        """
        turns = cycle([self._request(kind, tenant) for tenant in tenants])
        for _ in tenants:
            next(turns)()
        return lambda: next(turns)()

    def messages(self, kind: str, tenant: Tenant, *further: Any) -> int:
        """How many messages such a request sends to the database, those over further connections included."""
        ask, used = self.requests(kind, [tenant]), [self.connection_for(tenant), *further]
        with TemporaryFile() as trace:
            for connection in used:
                connection.connection.pgconn.trace(trace.fileno())
                connection.connection.pgconn.set_trace_flags(Trace.SUPPRESS_TIMESTAMPS)
            ask()
            for connection in used:
                connection.connection.pgconn.untrace()
            trace.seek(0)
            return sum(line.startswith(b"F\t") for line in trace)

    def _request(self, kind: str, tenant: Tenant) -> Call:
        connection = self.connection_for(tenant)
        environ: dict[str, Any] = {
            "PATH_INFO": self.base if kind == "list" else f"{self.base}/{contact_id(tenant)}",
            "HTTP_HOST": f"{tenant.slug}.{settings.BASE_DOMAIN}",
            "HTTP_AUTHORIZATION": f"Bearer {_token(self.login, tenant)}",
        }
        setup_testing_defaults(environ)

        def ask() -> None:
            with default_is(connection):
                self._answer(environ)

        return ask

    def _answer(self, environ: dict[str, Any]) -> None:
        statuses: list[str] = []

        def start_response(status: str, headers: Any, exc_info: Any = None) -> Any:
            statuses.append(status)

        response = self.handler(environ.copy(), start_response)
        body = b"".join(response)
        response.close()
        assert statuses == ["200 OK"], body


def _token(login: TokenFamily, tenant: Tenant) -> AccessToken:
    """As the project mints them, but for a life that is longer than a benchmark."""
    token = AccessToken()
    token.set_exp(lifetime=timedelta(hours=1))
    token["sub"], token["sid"], token["tid"] = str(login.user_id), str(login.pk), tenant.pk
    return token


def log_in(user: User) -> TokenFamily:
    """Log in through the project's own endpoint."""
    answer = APIClient(HTTP_HOST=settings.BASE_DOMAIN).post(
        "/_allauth/browser/v1/auth/login", {"email": user.email, "password": PASSWORD}
    )
    assert answer.status_code == 200, answer.content
    return TokenFamily.objects.filter(user=user).latest("issued_at")


@contextmanager
def served(*middleware: str) -> Iterator[WSGIHandler]:
    """The project with the plain endpoints beside it, and with further middleware nearest to the view."""
    with override_settings(ROOT_URLCONF="benchmarks.urls", MIDDLEWARE=[*settings.MIDDLEWARE, *middleware]):
        yield WSGIHandler()


@contextmanager
def default_is(connection: Any) -> Iterator[None]:
    """Put this connection behind the alias `default`."""
    usual = connections["default"]
    connections["default"] = connection
    try:
        yield
    finally:
        connections["default"] = usual


def more_messages(kind: str, tenant: Tenant, ours: Way, plain: Way, *further: Any) -> list[Figure]:
    """How many more messages our way sends than the plain one; `further` connections are ours.

    Nothing where psycopg cannot trace them, which is everywhere but on Linux.
    """
    if sys.platform != "linux":
        return []
    more = ours.messages(kind, tenant, *further) - plain.messages(kind, tenant)
    return [Figure(f"{kind}: more messages", more, "", at_most=0)]
