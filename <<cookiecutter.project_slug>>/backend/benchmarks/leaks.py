"""Requests of many tenants at once, and how many rows of others they got."""

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import local
from typing import Any

import psycopg
from django.db import connections

from benchmarks.isolation.leaking import switch
from benchmarks.ways import in_threads
from contacts.models import Contact
from tenants.context import tenant_context
from tenants.isolation.databases import alias_of
from tenants.models import Tenant
from tenants.transactions import tenant_atomic

THREADS = 8
ROWS = 5
"""How many contacts each tenant has; the company of each is the tenant's slug."""
QUERY = "SELECT company FROM contacts_contact"
QUERIES = 4

Ask = Callable[[Tenant], Sequence[str]]


def give_rows(tenant: Tenant) -> None:
    """Give the tenant the contacts that requests read."""
    with tenant_context(tenant):
        Contact.objects.bulk_create(
            Contact(name=f"Person {n}", email=f"{n}@{tenant.slug}.test", company=tenant.slug) for n in range(ROWS)
        )


def answer(tenant: Tenant) -> list[str]:
    """The companies that a request sees, each of its four queries a transaction of its own."""
    with tenant_context(tenant):
        found = list(Contact.objects.values_list("company", flat=True))
        found += [contact.company for contact in Contact.objects.raw("SELECT id, company FROM contacts_contact")]
        found += Contact.objects.filter(name__startswith="Person").values_list("company", flat=True)
        with connections[alias_of(tenant)].cursor() as cursor:
            cursor.execute(QUERY)
            return found + [company for (company,) in cursor.fetchall()]


def atomic_answer(tenant: Tenant) -> list[str]:
    """The same in one transaction."""
    with tenant_context(tenant), tenant_atomic():
        return answer(tenant)


def any_answer(tenant: Tenant) -> list[str]:
    """The one or the other, as luck has it."""
    return random.choice((answer, atomic_answer))(tenant)  # noqa: S311


@contextmanager
def usual() -> Iterator[Ask]:
    """What such a request sees if it tells the tenant to a connection that its thread keeps, and that others share."""
    thread, opened = local(), []

    def ask(tenant: Tenant) -> list[str]:
        if not hasattr(thread, "connection"):
            thread.connection = _connect(tenant)
            opened.append(thread.connection)
        switch(thread.connection, tenant)
        return [company for _ in range(QUERIES) for (company,) in _found(thread.connection)]

    try:
        yield ask
    finally:
        for connection in opened:
            connection.close()


def _found(connection: psycopg.Connection[Any]) -> list[Any]:
    """Nothing, where another connection to the server got the query than the one that was told."""
    try:
        return connection.execute(QUERY).fetchall()
    except psycopg.errors.UndefinedTable:
        return []


def _connect(tenant: Tenant) -> psycopg.Connection[Any]:
    with tenant_context(tenant):
        parameters: dict[str, Any] = connections[alias_of(tenant)].get_connection_params()
    return psycopg.connect(**parameters | {"cursor_factory": psycopg.ClientCursor}, autocommit=True)


def foreign_and_missing(ask: Ask, tenants: Sequence[Tenant], requests: int) -> tuple[int, int]:
    """Make so many requests, each for any of the tenants: rows of others that they got, own rows that they did not."""

    def tally(tenant: Tenant) -> tuple[int, int]:
        companies = ask(tenant)
        own = sum(company == tenant.slug for company in companies)
        return len(companies) - own, QUERIES * ROWS - own

    chosen = random.Random(requests).choices(tenants, k=requests)  # noqa: S311
    tallies = in_threads(THREADS, tally, chosen)
    return sum(foreign for foreign, _ in tallies), sum(missing for _, missing in tallies)
