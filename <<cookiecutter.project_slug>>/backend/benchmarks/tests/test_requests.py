"""What is measured is what is meant: a request that is answered, and all of its messages."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connections

from benchmarks.figures import Figure
from benchmarks.isolation.plain import contact_id
from benchmarks.requests import Way, log_in, more_messages, served
from conftest import World
from contacts.models import Contact
from tenants.context import tenant_context
from tenants.models import Tenant


@pytest.fixture
def way(committed_db: World) -> Iterator[Way]:
    """Alice's requests to the project as it is."""
    with served() as handler:
        yield Way(handler, log_in(committed_db.alice), lambda tenant: connections["default"])


def test_a_request_that_fails_is_not_measured(way: Way, acme: Tenant, globex: Tenant) -> None:
    way.requests("list", [acme])()
    with pytest.raises(AssertionError, match="not_found"):
        way.requests("detail", [acme])
    with pytest.raises(AssertionError, match="not_a_member"):
        way.requests("list", [globex])


def test_a_contact_is_read(way: Way, acme: Tenant) -> None:
    with tenant_context(acme):
        Contact.objects.create(pk=contact_id(acme), name="Ann", email="ann@example.com")
    way.requests("detail", [acme])()


def test_messages_are_counted(way: Way, acme: Tenant) -> None:
    """Each statement is one, and so are BEGIN, COMMIT and the question whether it is alive."""
    if sys.platform != "linux":
        assert more_messages("list", acme, way, way) == []
        return
    counted: list[str] = []

    def count(execute: Callable[..., Any], sql: str, *args: Any) -> Any:
        counted.append(sql)
        return execute(sql, *args)

    with connections["default"].execute_wrapper(count):
        sent = way.messages("list", acme)  # which asks twice, and traces the second
    assert sent == len(counted) / 2 + 3 > 4
    assert more_messages("list", acme, way, way) == [Figure("list: more messages", 0, "", at_most=0)]
