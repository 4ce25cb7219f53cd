"""Migrating many schemas: what does not fit all, and what somebody is in the way of."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

import pytest
from django.db import OperationalError, connections, transaction
from psycopg.sql import SQL, Identifier

from conftest import World
from tenants.isolation import fleet, replay
from tenants.models import Tenant
from tenants.tests.test_isolation import in_thread, lose_contacts, migrate_all, shape

UP_TO_DATE = {"acme": None, "globex": None}


@pytest.fixture
def visited(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tenants whose schemas Django itself migrates, but for the first."""
    slugs: list[str] = []

    def noting(tenant: Tenant) -> None:
        slugs.append(tenant.slug)
        migrate_tenant(tenant)

    migrate_tenant: Callable[[Tenant], None] = fleet.migrate_tenant
    monkeypatch.setattr(fleet, "migrate_tenant", noting)
    return slugs


def test_a_schema_that_the_statements_do_not_fit_is_migrated_by_django(
    committed_db: World, visited: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one whose constraint somebody has renamed: Django looks up its name, and the statements hold another."""
    acme, globex = committed_db.acme, committed_db.globex
    before = shape(globex)
    lose_contacts(acme, globex)
    migrate = replay.migrate
    unfit = "ALTER TABLE contacts_contact DROP CONSTRAINT renamed"
    monkeypatch.setattr(replay, "migrate", lambda owner, statements: f"{migrate(owner, statements)};{unfit}")
    assert migrate_all(acme, globex) == UP_TO_DATE
    assert visited == ["globex"]
    assert shape(globex) == before


def test_a_migration_outside_a_transaction_runs_in_each_by_django(
    committed_db: World, visited: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    acme, globex = committed_db.acme, committed_db.globex
    lose_contacts(acme, globex)
    monkeypatch.setattr(import_module("contacts.migrations.0001_initial").Migration, "atomic", False)
    assert migrate_all(acme, globex) == UP_TO_DATE
    assert visited == ["globex"]


def test_a_lock_is_not_waited_for_without_end(
    committed_db: World, visited: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    acme, globex = committed_db.acme, committed_db.globex
    lose_contacts(acme, globex)
    monkeypatch.setattr(replay, "LOCK_TIMEOUT", "100ms")
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        table = Identifier(globex.schema_name, "django_migrations")
        cursor.execute(SQL("LOCK TABLE {} IN EXCLUSIVE MODE").format(table))
        results = in_thread(lambda: migrate_all(acme, globex))
    assert results["acme"] is None
    assert isinstance(results["globex"], OperationalError)
    assert "lock timeout" in str(results["globex"])
    assert visited == []
    assert migrate_all(acme, globex) == UP_TO_DATE


def test_the_state_of_many_is_asked_for_a_part_at_a_time(
    committed_db: World, visited: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    acme, globex = committed_db.acme, committed_db.globex
    monkeypatch.setattr(fleet, "_SCHEMAS_PER_QUERY", 1)
    lose_contacts(globex)
    before = shape(acme)
    assert migrate_all(acme, globex) == UP_TO_DATE
    assert shape(globex) == shape(acme) == before
