"""Connections that many threads share, in a pool of the process or behind PgBouncer, carry no tenant on to the next."""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, ProgrammingError, connections

from benchmarks.isolation.leaking import switch
from benchmarks.leaks import answer, atomic_answer, foreign_and_missing, give_rows, usual
from benchmarks.ways import Way, close, in_threads, through_pgbouncer, through_pool
from conftest import World
from contacts.models import Contact
from dev import pgbouncer
from tenants.context import TenantMissing, tenant_context
from tenants.isolation.databases import alias_of
from tenants.models import Tenant
from tenants.services import create_tenant
from tenants.transactions import tenant_atomic

REQUESTS = 200


def need_pgbouncer() -> None:
    """Without the program: skip the test on a person's machine, fail it where builds are judged."""
    if pgbouncer.program() is None:
        outcome = pytest.fail if os.environ.get("CI") else pytest.skip
        outcome(f"There is no PgBouncer. {pgbouncer.INSTALL}")


def by_pgbouncer(size: int) -> Way:
    need_pgbouncer()
    return through_pgbouncer(size)


both_ways = pytest.mark.parametrize("way", [through_pool, by_pgbouncer], ids=["pool", "pgbouncer"])


@pytest.fixture
def tenants(committed_db: World) -> list[Tenant]:
    """Five tenants with contacts of their own."""
    more = [create_tenant(name=name, owner=committed_db.alice) for name in ("Hooli", "Initech", "Umbrella")]
    tenants = [committed_db.acme, committed_db.globex, *more]
    for tenant in tenants:
        give_rows(tenant)
    close(tenants)
    return tenants


@both_ways
def test_eight_threads_on_two_connections_see_their_own(way: Callable[[int], Way], tenants: list[Tenant]) -> None:
    with way(2):
        assert foreign_and_missing(answer, tenants, REQUESTS) == (0, 0)
        assert foreign_and_missing(atomic_answer, tenants, REQUESTS) == (0, 0)


def test_a_tenant_told_to_the_connection_would_leak(tenants: list[Tenant]) -> None:
    """What the test above looks for is there to be found."""
    with by_pgbouncer(2), usual() as ask:
        foreign, _ = foreign_and_missing(ask, tenants, REQUESTS)
    assert foreign > REQUESTS


def sql_rows(alias: str) -> list[tuple[str]]:
    """The companies that SQL without a condition finds: none where there is no such table."""
    with connections[alias].cursor() as cursor:
        try:
            cursor.execute("SELECT company FROM contacts_contact")
        except ProgrammingError as error:
            if 'relation "contacts_contact" does not exist' not in str(error):
                raise
            return []
        return cursor.fetchall()


@both_ways
def test_a_request_without_a_tenant_sees_nothing_after_one_with(
    way: Callable[[int], Way], tenants: list[Tenant]
) -> None:
    def without_a_tenant(after: Tenant) -> None:
        assert sql_rows("default") == []
        with pytest.raises(TenantMissing):
            Contact.objects.count()

    with way(1):
        for tenant in tenants:
            in_threads(1, answer, [tenant])
            in_threads(1, without_a_tenant, [tenant])


@both_ways
def test_what_sql_leaves_in_the_session_is_not_gone_by(way: Callable[[int], Way], tenants: list[Tenant]) -> None:
    """Somebody's own SQL may well tell a tenant to the connection: no statement of the application listens to that."""
    acme, globex, *_ = tenants

    def tell_the_session(tenant: Tenant) -> None:
        with tenant_context(tenant):
            connection = connections[alias_of(tenant)]
            connection.ensure_connection()
            switch(connection.connection, globex)

    def look(tenant: Tenant) -> tuple[list[tuple[str]], list[str]]:
        return sql_rows("default"), answer(tenant)

    with way(1):
        in_threads(1, tell_the_session, [acme])
        assert in_threads(1, look, [acme]) == [([], ["acme"] * 20)]


def test_a_request_that_gets_no_connection_says_so(tenants: list[Tenant]) -> None:
    with through_pool(1, timeout=0.3):
        refused_while_one_is_busy(tenants[0], "couldn't get a connection after 0.30 sec")


def test_a_request_that_pgbouncer_keeps_waiting_says_so(tenants: list[Tenant]) -> None:
    need_pgbouncer()
    with through_pgbouncer(1, query_wait_timeout=1):
        refused_while_one_is_busy(tenants[0], "query_wait_timeout")


def refused_while_one_is_busy(tenant: Tenant, said: str) -> None:
    """Another request fails in this way while the only connection is in a transaction, and is served afterwards."""
    busy, done = threading.Event(), threading.Event()

    def hold(tenant: Tenant) -> None:
        with tenant_context(tenant), tenant_atomic():
            Contact.objects.count()
            busy.set()
            assert done.wait(20)

    holder = threading.Thread(target=in_threads, args=(1, hold, [tenant]))
    holder.start()
    assert busy.wait(20)
    try:
        with pytest.raises(OperationalError, match=said):
            in_threads(1, answer, [tenant])
    finally:
        done.set()
        holder.join()
    assert in_threads(1, answer, [tenant]) == [[tenant.slug] * 20]


# --- Setting it up --------------------------------------------------------------------------------------------------


def settings_with(size: str, alias: str = "default") -> str:
    """What a process with DATABASE_POOL_SIZE has for this connection."""
    program = f"import django; django.setup(); from django.db import connections as c; print(c.settings['{alias}'])"
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=settings.BACKEND,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.test", "DATABASE_POOL_SIZE": size},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def test_a_pool_is_there_when_asked_for() -> None:
    said = settings_with("7")
    assert re.search(r"'pool': \{'min_size': 0, 'max_size': 7, 'timeout': 10", said)
    assert "'CONN_MAX_AGE': 0" in said


def test_there_is_none_unless_asked_for() -> None:
    said = settings_with("0")
    assert "'pool'" not in said
    assert "'CONN_MAX_AGE': 60" in said


def test_the_owner_has_none() -> None:
    """A pool would mix up connections that were opened for different things."""
    assert "pool" not in settings_with("7", "owner")


@pytest.mark.django_db
def test_pgbouncer_is_told_every_role_that_the_application_connects_as(acme: Tenant, globex: Tenant) -> None:
    said = StringIO()
    call_command("pgbouncer_users", stdout=said)
    users = dict(re.findall(r'^"([^"]+)" "([^"]*)"$', said.getvalue(), re.MULTILINE))
    aliases = ["default", alias_of(acme), alias_of(globex)]
    assert users == {connections.settings[alias]["USER"]: connections.settings[alias]["PASSWORD"] for alias in aliases}


def test_a_machine_without_pgbouncer_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pgbouncer, "program", lambda: None)
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="apt install pgbouncer"):
        need_pgbouncer()
    monkeypatch.delenv("CI")
    with pytest.raises(pytest.skip.Exception, match="apt install pgbouncer"):
        need_pgbouncer()
