"""Row-Level Security is there, binds, and is what keeps tenants apart: without it these tests see foreign rows."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, ProgrammingError, connection, connections, transaction
from django.db.models import Model, UniqueConstraint
from psycopg import ClientCursor
from psycopg.sql import SQL, Identifier

from conftest import World
from contacts.models import Contact
from members.models import Member
from tenants import checks
from tenants.context import tenant_context
from tenants.isolation.backend import cursor as messages
from tenants.isolation.models import TenantAwareModel
from tenants.models import Tenant

GLOBEXES = [("charlie@globex.test",)]

LED = {"tenant", "F(tenant)"}
"""The first field or expression of what leads with the tenant."""

of_each_model = pytest.mark.parametrize(
    "model", [model for model in apps.get_models() if issubclass(model, TenantAwareModel)]
)

TABLES = sorted(model._meta.db_table for model in apps.get_models() if issubclass(model, TenantAwareModel))


def rows(sql: Any, *parameters: object) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall() if cursor.description else []


def foreign_rows(tenant: Tenant, table: str = "members_member") -> int:
    """How many rows of other tenants plain SQL sees while it works for this one."""
    with tenant_context(tenant):
        return int(str(rows(f'SELECT count(*) FROM "{table}" WHERE tenant_id <> %s', tenant.pk)[0][0]))


@contextmanager
def altered(table: str, before: str, after: str) -> Iterator[None]:
    """The table as its owner changed it, put right again at the end."""
    connection.close()  # an open transaction of ours would wait for the owner's lock, and the owner for it
    with connections["owner"].cursor() as cursor:
        cursor.execute(f'ALTER TABLE "{table}" {before}')
        try:
            yield
        finally:
            connection.close()
            cursor.execute(f'ALTER TABLE "{table}" {after}')


@pytest.mark.django_db
@pytest.mark.parametrize("table", TABLES)
def test_every_table_of_tenants_is_guarded(table: str) -> None:
    ((enabled, forced),) = rows(
        "SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = %s::regclass", f'"{table}"'
    )
    policies = rows("SELECT policyname, cmd, permissive FROM pg_policies WHERE tablename = %s", table)
    assert (enabled, forced, policies) == (True, True, [("tenant_isolation", "ALL", "PERMISSIVE")])


@pytest.mark.django_db
@pytest.mark.parametrize("table", TABLES)
def test_the_application_may_not_truncate(table: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        rows(f'TRUNCATE "{table}"')


def test_no_foreign_row_is_seen(committed_db: World) -> None:
    assert foreign_rows(committed_db.acme) == 0


def test_without_the_policy_foreign_rows_are_seen(committed_db: World) -> None:
    with altered("members_member", "DISABLE ROW LEVEL SECURITY", "ENABLE ROW LEVEL SECURITY"):
        assert foreign_rows(committed_db.acme) == 1


def test_without_the_tenant_in_the_message_a_tenant_sees_nothing_of_its_own(
    committed_db: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_tenant = messages.prefix(None)
    with monkeypatch.context() as patch, tenant_context(committed_db.acme):
        patch.setattr(messages, "prefix", lambda tenant_id: no_tenant)
        assert rows("SELECT count(*) FROM members_member") == [(0,)]


def test_with_another_tenant_in_the_message_foreign_rows_are_seen(
    committed_db: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    globex = messages.prefix(committed_db.globex.pk)
    with monkeypatch.context() as patch:
        patch.setattr(messages, "prefix", lambda tenant_id: globex)
        assert foreign_rows(committed_db.acme) == 1


def test_without_the_policy_the_manager_still_keeps_to_the_tenant(committed_db: World) -> None:
    without = altered("members_member", "DISABLE ROW LEVEL SECURITY", "ENABLE ROW LEVEL SECURITY")
    with without, tenant_context(committed_db.globex):
        assert [member.email for member in Member.objects.all()] == ["charlie@globex.test"]
        assert Member.objects.filter(email="bob@acme.test").update(name="Mallory") == 0


def test_nothing_stays_on_the_connection(committed_db: World) -> None:
    def told() -> str:
        """The tenant that the connection has been told, when no statement of ours is running."""
        with ClientCursor(connection.connection) as plain:
            return str(plain.execute("SELECT current_setting('app.tenant_id', true)").fetchone()[0])

    with tenant_context(committed_db.acme):
        assert foreign_rows(committed_db.acme) == 0
        assert told() == ""
        with transaction.atomic():
            assert foreign_rows(committed_db.acme) == 0
            assert told() == str(committed_db.acme.pk)
        assert told() == ""


def test_nothing_but_a_number_gets_into_the_message() -> None:
    with pytest.raises(ValueError, match="invalid literal for int"):
        messages.prefix("1',true); DROP TABLE members_member; --")


@pytest.mark.django_db
def test_after_a_savepoints_rollback_the_tenant_is_sent_again(acme: Tenant, globex: Tenant) -> None:
    with tenant_context(acme):
        assert foreign_rows(acme) == 0
        savepoint = transaction.savepoint()
        with tenant_context(globex):
            assert emails() == GLOBEXES
            transaction.savepoint_rollback(savepoint)
            assert emails() == GLOBEXES


def emails() -> list[tuple[object, ...]]:
    return rows("SELECT email FROM members_member")


def copied() -> list[tuple[object, ...]]:
    with connection.cursor() as cursor, cursor.copy("COPY (SELECT email FROM members_member) TO STDOUT") as copy:
        return list(copy.rows())


@pytest.mark.django_db
@pytest.mark.parametrize(
    "read",
    [
        emails,
        copied,
        lambda: rows(SQL("SELECT email FROM {}").format(Identifier("members_member"))),
        lambda: rows(b"SELECT email FROM members_member"),
        lambda: [(member.email,) for member in Member.objects.raw("SELECT * FROM members_member")],
        lambda: [(member.email,) for member in Member.objects.iterator(chunk_size=1)],
    ],
)
def test_each_way_to_read_sees_its_own(
    read: Callable[[], list[tuple[object, ...]]], acme: Tenant, globex: Tenant
) -> None:
    with tenant_context(acme):
        assert foreign_rows(acme) == 0  # Acme is the tenant that the transaction was told last
    with tenant_context(globex):
        assert read() == GLOBEXES


def test_force_binds_the_owner_too(committed_db: World) -> None:
    def seen_by_owner() -> int:
        with connections["owner"].cursor() as cursor:
            cursor.execute("SELECT count(*) FROM members_member")
            return int(cursor.fetchone()[0])

    assert seen_by_owner() == 0
    with altered("members_member", "NO FORCE ROW LEVEL SECURITY", "FORCE ROW LEVEL SECURITY"):
        assert seen_by_owner() == 4


@pytest.mark.django_db
def test_a_row_cannot_be_written_for_another_tenant(acme: Tenant, globex: Tenant) -> None:
    with tenant_context(acme), pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        Contact.objects.create(tenant=globex, name="Mallory", email="mallory@acme.test")


@pytest.mark.django_db
def test_a_row_cannot_be_moved_to_another_tenant(acme: Tenant, globex: Tenant) -> None:
    with tenant_context(acme):
        contact = Contact.objects.create(name="Dora", email="dora@acme.test")
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            rows("UPDATE contacts_contact SET tenant_id = %s WHERE id = %s", globex.pk, contact.pk)


@pytest.mark.django_db
def test_a_row_cannot_point_to_another_tenants_row(acme: Tenant, globex: Tenant) -> None:
    """Referential integrity looks past policies, so the foreign key itself holds the tenant."""
    with tenant_context(globex):
        ((charlie,),) = rows("SELECT id FROM members_member")
    with tenant_context(acme):
        Contact.objects.create(name="Dora", email="dora@acme.test", created_by_id=charlie)
        with pytest.raises(IntegrityError, match="foreign key"), transaction.atomic():
            rows("SET CONSTRAINTS ALL IMMEDIATE")
        rows("SET CONSTRAINTS ALL DEFERRED")
        Contact.objects.all().delete()


def test_a_privileged_role_is_refused(committed_db: World) -> None:
    checks._checked_roles.clear()
    owner = connections["owner"]
    owner.alias = "default"  # as if DATABASE_URL named the owner
    try:
        with pytest.raises(ImproperlyConfigured, match="must not use the database role"):
            checks.refuse_privileged_role(sender=None, connection=owner)
        assert owner.connection is None
    finally:
        owner.alias = "owner"


@of_each_model
def test_every_unique_constraint_of_a_tenants_table_holds_the_tenant(model: type[Model]) -> None:
    for constraint in model._meta.constraints:
        if isinstance(constraint, UniqueConstraint):
            led = constraint.fields[0] if constraint.fields else str(constraint.expressions[0])
            assert led in LED, f"{model.__name__}.{constraint.name} holds for all: use TenantUniqueConstraint"


@of_each_model
def test_every_index_of_a_tenants_table_leads_with_the_tenant(model: type[Model]) -> None:
    for index in model._meta.indexes:
        first = index.fields[0] if index.fields else str(index.expressions[0])
        assert first in LED, f"{model.__name__}.{index.name} does not lead with the tenant: use TenantIndex"
