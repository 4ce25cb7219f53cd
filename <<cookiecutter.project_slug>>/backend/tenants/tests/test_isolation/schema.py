"""Each tenant has a schema, and the search path leads to it: what keeps tenants apart, and what is seen without it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.management import call_command
from django.db import IntegrityError, OperationalError, ProgrammingError, connection, connections, router, transaction
from django.db.backends.postgresql import base as postgresql
from django.db.migrations import RunPython
from django.db.models import Model
from psycopg import ClientCursor
from psycopg.errors import UndefinedTable
from psycopg.sql import SQL, Identifier

from accounts.models import User
from conftest import World
from contacts.models import Contact
from members.models import Member
from tenants import checks
from tenants.context import tenant_context
from tenants.isolation import fleet, provisioning, replay
from tenants.isolation import models as tenant_models
from tenants.isolation.backend import cursor as messages
from tenants.isolation.backend import schema as editors
from tenants.isolation.backend.base import DatabaseWrapper
from tenants.isolation.fleet import migrate_fleet
from tenants.isolation.models import TenantAwareModel
from tenants.isolation.provisioning import deprovision, migrate_tenant, provision, remove_orphans
from tenants.isolation.rows import ForeignRow
from tenants.models import Tenant
from tenants.services import create_tenant

TABLES = sorted(model._meta.db_table for model in apps.get_models() if issubclass(model, TenantAwareModel))
GLOBEXES = [("charlie@globex.test",)]


def rows(statement: Any, *parameters: object) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters or None)
        return list(cursor.fetchall()) if cursor.description else []


def emails() -> list[tuple[str]]:
    return rows("SELECT email FROM members_member ORDER BY email")


def tables_of(schema: str) -> list[str]:
    found = rows("SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY tablename", schema)
    return [name for (name,) in found]


def exists(tenant: Tenant) -> bool:
    return bool(rows("SELECT 1 FROM pg_namespace WHERE nspname = %s", tenant.schema_name))


def in_thread(function: Callable[[], Any]) -> Any:
    """Run it on a connection without a test's transaction; what it commits stays."""

    def run() -> Any:
        try:
            return function()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()


@contextmanager
def as_owner(*, schema: str) -> Iterator[Callable[[str], None]]:
    """Statements of the owner's, in a schema."""

    def execute(statement: str) -> None:
        with connections["owner"].cursor() as cursor:
            cursor.execute(SQL("SET search_path TO {}").format(Identifier(schema)))
            cursor.execute(statement)

    try:
        yield execute
    finally:
        connections["owner"].close()


# --- The search path ------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_without_the_search_path_a_tenant_finds_nothing_of_its_own(
    acme: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "prefix", lambda path: "SET LOCAL search_path TO public;")
    with tenant_context(acme), pytest.raises(ProgrammingError, match="does not exist"), transaction.atomic():
        emails()


@pytest.mark.django_db
def test_with_another_tenants_search_path_foreign_rows_are_seen(
    acme: Tenant, globex: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "prefix", lambda path: f"SET LOCAL search_path TO {globex.schema_name};")
    with tenant_context(acme):
        assert emails() == GLOBEXES


def left_on_the_connection() -> str:
    """The search path that a connection has when no statement of ours is running."""
    with ClientCursor(connection.connection) as plain:
        return str(plain.execute("SHOW search_path").fetchone()[0])


def work_for(tenant: Tenant) -> str:
    with tenant_context(tenant):
        emails()
        with transaction.atomic():
            emails()
        emails()
        return left_on_the_connection()


@pytest.mark.django_db
def test_nothing_stays_on_the_connection(acme: Tenant) -> None:
    assert in_thread(lambda: work_for(acme)) == '"$user", public'


@pytest.mark.django_db
def test_a_search_path_that_is_not_local_stays_on_the_connection(acme: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "prefix", lambda path: f"SET search_path TO {path};")
    assert in_thread(lambda: work_for(acme)) == f"{acme.schema_name}, public"


def roll_back_as(tenant: Tenant) -> list[tuple[str]]:
    savepoint = transaction.savepoint()
    with tenant_context(tenant):
        emails()
        transaction.savepoint_rollback(savepoint)
        return emails()


@pytest.mark.django_db
def test_after_a_savepoints_rollback_the_search_path_is_sent_again(acme: Tenant, globex: Tenant) -> None:
    with tenant_context(acme):
        assert roll_back_as(globex) == GLOBEXES


@pytest.mark.django_db
def test_without_that_the_rollback_brings_another_tenant_back(
    acme: Tenant, globex: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(DatabaseWrapper, "_savepoint_rollback", postgresql.DatabaseWrapper._savepoint_rollback)
    with tenant_context(acme):
        assert len(roll_back_as(globex)) == 3  # Acme's


@pytest.mark.django_db
def test_the_search_path_is_sent_once_per_transaction_and_tenant(
    acme: Tenant, globex: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []
    prefix = messages.prefix
    monkeypatch.setattr(messages, "prefix", lambda path: sent.append(path) or prefix(path))

    def visit_both() -> None:
        connection.ensure_connection()
        sent.clear()
        with transaction.atomic():
            for tenant in (acme, acme, globex, globex):
                with tenant_context(tenant):
                    emails()
        with tenant_context(acme):
            emails()
            emails()

    in_thread(visit_both)
    paths = [f'"{tenant.schema_name}",public' for tenant in (acme, globex, acme, acme)]
    assert sent == paths


def copied() -> list[tuple[Any, ...]]:
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
        lambda: rows("SELECT email FROM members_member WHERE email LIKE %s", "%globex%"),
        lambda: [(member.email,) for member in Member.objects.raw("SELECT * FROM members_member")],
        lambda: [(member.email,) for member in Member.objects.iterator(chunk_size=1)],
    ],
)
def test_each_way_to_read_sees_its_own(read: Callable[[], Any], acme: Tenant, globex: Tenant) -> None:
    with tenant_context(acme):
        emails()
    with tenant_context(globex):
        assert read() == GLOBEXES


@pytest.mark.django_db
def test_many_rows_at_once_are_written_to_its_own(acme: Tenant, globex: Tenant) -> None:
    with tenant_context(acme), connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO members_member (id, name, email) VALUES (%s, '', %s)",
            [(71, "a@acme.test"), (72, "b@acme.test")],
        )
        with cursor.copy("COPY members_member (id, name, email) FROM STDIN") as copy:
            copy.write_row((73, "", "c@acme.test"))
        assert Member.objects.count() == 6
    with tenant_context(globex):
        assert emails() == GLOBEXES


@pytest.mark.django_db
def test_copy_outside_a_transaction_finds_nothing(acme: Tenant) -> None:
    with pytest.raises(UndefinedTable):
        in_thread(tenant_context(acme)(copied))


def test_a_name_cannot_break_out_of_the_search_path() -> None:
    tenant = Tenant(name="Mallory", slug="mallory", schema_name='x",public; DROP TABLE y; --')
    with tenant_context(tenant):
        assert messages.search_path() == '"x"",public; DROP TABLE y; --",public'
    with pytest.raises(ValidationError, match="a letter first"):
        tenant.clean_fields()
    with pytest.raises(ValidationError, match="a letter first"):
        provision(tenant)


# --- The schemas ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_each_table_is_where_it_belongs(acme: Tenant, globex: Tenant) -> None:
    for tenant in (acme, globex):
        assert tables_of(tenant.schema_name) == sorted([*TABLES, "django_migrations"])
    assert not set(tables_of("public")) & set(TABLES)


@pytest.mark.django_db
def test_without_the_router_tenants_tables_are_made_in_public(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not router.allow_migrate_model("owner", Contact)
    assert router.allow_migrate_model("owner", Tenant)
    monkeypatch.setattr(router, "routers", [])
    assert router.allow_migrate_model("owner", Contact)


def test_the_router_goes_by_the_apps_label(acme: Tenant, settings: Any) -> None:
    """As the system checks do. The name may have a package before it."""
    settings.TENANT_APPS = ["admin"]
    assert apps.get_app_config("admin").name == "django.contrib.admin"
    assert not router.allow_migrate("default", "admin")
    with tenant_context(acme):
        assert router.allow_migrate("default", "admin")
        assert not router.allow_migrate("default", "contacts")


@pytest.mark.django_db
def test_the_router_follows_the_connection(acme: Tenant) -> None:
    with tenant_context(acme):
        assert router.allow_migrate_model("default", Contact)
        assert not router.allow_migrate_model("default", Tenant)
        assert not router.allow_migrate_model("owner", Contact)
    assert not router.allow_migrate_model("default", Contact)


@pytest.mark.django_db
@pytest.mark.parametrize("table", TABLES)
def test_the_application_may_not_truncate(table: str, acme: Tenant) -> None:
    with tenant_context(acme), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        rows(f'TRUNCATE "{table}"')


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE loot ()",
        "CREATE SCHEMA loot",
        "DROP SCHEMA {schema} CASCADE",
        "ALTER TABLE members_member ADD COLUMN loot text",
        "DELETE FROM {schema}.django_migrations",
    ],
)
def test_the_application_changes_no_schema(statement: str, acme: Tenant) -> None:
    denied = pytest.raises(ProgrammingError, match=r"permission denied|must be owner")
    with tenant_context(acme), denied, transaction.atomic():
        rows(statement.format(schema=acme.schema_name))


@pytest.mark.django_db
def test_a_privileged_role_is_refused() -> None:
    checks._checked_roles.clear()
    settings = connections["owner"].settings_dict
    owner = DatabaseWrapper(settings, "default")  # as if DATABASE_URL named the owner
    try:
        with pytest.raises(ImproperlyConfigured, match="must not use the database role"):
            owner.ensure_connection()
        assert owner.connection is None
    finally:
        owner.close()


def test_no_relation_leads_from_one_plane_to_the_other() -> None:
    """A foreign key would lead into a table that a tenant's schema does not have, or that `public` does not."""
    for model in apps.get_models():
        for target in [field.related_model for field in model._meta.local_fields if field.is_relation]:
            assert isinstance(target, type)
            assert issubclass(model, TenantAwareModel) == issubclass(target, TenantAwareModel), (model, target)


# --- Instances ------------------------------------------------------------------------------------------------------


def bob(acme: Tenant) -> Member:
    with tenant_context(acme):
        return Member.objects.get(email="bob@acme.test")


@pytest.mark.django_db
@pytest.mark.parametrize("write", [lambda row: row.save(), lambda row: Member.objects.bulk_create([row])])
def test_an_object_of_one_tenant_is_refused_in_another(
    write: Callable[[Model], object], acme: Tenant, globex: Tenant
) -> None:
    member = bob(acme)
    with tenant_context(globex), pytest.raises(ForeignRow, match="This member was read as another tenant"):
        write(member)
    with tenant_context(globex):
        assert emails() == GLOBEXES


@pytest.mark.django_db
def test_without_that_refusal_a_row_crosses_over(acme: Tenant, globex: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tenant_models, "check_tenant", lambda row: None)
    member = bob(acme)
    with tenant_context(globex):
        member.save()
        assert emails() == [("bob@acme.test",), *GLOBEXES]


@pytest.mark.django_db
def test_an_object_belongs_to_the_tenant_it_was_first_saved_in(acme: Tenant, globex: Tenant) -> None:
    contact = Contact(name="Dora", email="dora@acme.test")
    with tenant_context(acme):
        contact.save()
        contact.save()
    with tenant_context(globex), pytest.raises(ForeignRow):
        contact.save()
    with tenant_context(acme):
        (made,) = Contact.objects.bulk_create([Contact(name="Emil", email="emil@acme.test")])
    with tenant_context(globex), pytest.raises(ForeignRow):
        made.save()


@pytest.mark.django_db
def test_a_row_cannot_point_to_another_tenants_row(acme: Tenant, globex: Tenant) -> None:
    with tenant_context(globex):
        Contact.objects.create(name="Dora", email="dora@globex.test", created_by=bob(acme))
        with pytest.raises(IntegrityError, match="foreign key"), transaction.atomic():
            rows("SET CONSTRAINTS ALL IMMEDIATE")
        rows("SET CONSTRAINTS ALL DEFERRED")
        Contact.objects.all().delete()


# --- Making, migrating and removing ---------------------------------------------------------------------------------


@pytest.mark.django_db
def test_provisioning_that_fails_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(owner: DatabaseWrapper) -> None:
        assert exists(tenant)
        raise ZeroDivisionError

    monkeypatch.setattr(provisioning, "_fill", fail)
    tenant = Tenant(name="Initech", slug="initech")
    with pytest.raises(ZeroDivisionError):
        provision(tenant)
    assert not exists(tenant)


@pytest.mark.django_db
def test_a_schema_that_is_there_already_is_not_touched(acme: Tenant) -> None:
    with pytest.raises(ProgrammingError, match="already exists"):
        provision(acme)
    with tenant_context(acme):
        assert len(emails()) == 3


@pytest.mark.django_db
def test_a_rolled_back_tenant_leaves_nothing(alice: User) -> None:
    def start_and_fail() -> None:
        with transaction.atomic():
            with transaction.atomic():
                made.append(create_tenant(name="Initech", owner=alice))
            assert exists(made[0])
            raise ZeroDivisionError

    made: list[Tenant] = []
    with pytest.raises(ZeroDivisionError):
        start_and_fail()  # a savepoint of the test's own transaction
    assert not exists(made.pop())
    with pytest.raises(ZeroDivisionError):
        in_thread(start_and_fail)  # a transaction
    assert not exists(made.pop())


@pytest.mark.django_db
def test_a_later_rollback_does_not_remove_a_committed_tenant() -> None:
    def commit_then_roll_back() -> tuple[bool, bool]:
        tenant = Tenant(name="Initech", slug="initech")
        with transaction.atomic():
            provision(tenant)
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            raise ZeroDivisionError
        before = exists(tenant)
        deprovision(tenant)
        deprovision(tenant)
        return before, exists(tenant)

    assert in_thread(commit_then_roll_back) == (True, False)


@pytest.mark.django_db
def test_many_tables_are_dropped_a_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    tenant = Tenant(name="Initech", slug="initech")
    provision(tenant)
    monkeypatch.setattr(editors, "_TABLES_AT_ONCE", 2)
    monkeypatch.delattr(editors.SchemaEditor, "drop_schema")
    with pytest.raises(AttributeError):
        deprovision(tenant)
    assert len(tables_of(tenant.schema_name)) < 2
    monkeypatch.undo()
    deprovision(tenant)
    assert not exists(tenant)


def test_what_is_no_tenants_is_removed_unless_someone_is_at_work(committed_db: World) -> None:
    def make_and_look() -> None:
        with transaction.atomic():
            provision(orphan)
            orphan.save()
            assert in_thread(remove_orphans) == []
            orphan.delete()

    orphan = Tenant(name="Initech", slug="initech")
    in_thread(make_and_look)
    assert exists(orphan)
    assert remove_orphans() == [orphan.schema_name]
    assert not exists(orphan)
    assert exists(committed_db.acme)


@pytest.mark.django_db
def test_a_schema_in_use_is_not_waited_for_without_end(acme: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(editors, "_LOCK_TIMEOUT", "50ms")
    with tenant_context(acme):
        assert len(emails()) == 3  # the test's own transaction holds a lock now
        with pytest.raises(OperationalError, match="lock timeout"):
            deprovision(acme)
        assert len(emails()) == 3


@pytest.mark.django_db
def test_deleting_a_tenants_row_leaves_its_schema(acme: Tenant) -> None:
    Tenant.objects.filter(pk=acme.pk).get().delete()
    assert exists(acme)


@pytest.mark.django_db
def test_a_tenant_is_saved_in_any_context(acme: Tenant, globex: Tenant) -> None:
    with tenant_context(globex):
        Tenant.objects.get(pk=acme.pk).save()
        Tenant.objects.create(name="Initech", slug="initech")


def test_migrate_brings_every_tenant_up_to_date(committed_db: World) -> None:
    schemas = [committed_db.acme.schema_name, committed_db.globex.schema_name]
    for schema in schemas:
        with as_owner(schema=schema) as execute:
            execute("DROP TABLE contacts_contact")
            execute("DELETE FROM django_migrations WHERE app = 'contacts'")
    call_command("migrate", verbosity=0)
    for schema in schemas:
        assert tables_of(schema) == sorted([*TABLES, "django_migrations"])
    with tenant_context(committed_db.acme):
        assert Contact.objects.count() == 0


def lose_contacts(*tenants: Tenant) -> None:
    for tenant in tenants:
        with as_owner(schema=tenant.schema_name) as execute:
            execute("DROP TABLE contacts_contact")
            execute("DELETE FROM django_migrations WHERE app = 'contacts'")


def migrate_all(*tenants: Tenant) -> dict[str, Exception | None]:
    results: dict[str, Exception | None] = {}
    migrate_fleet(tenants, parallel=2, report=lambda tenant, error: results.update({tenant.slug: error}))
    return results


def shape(tenant: Tenant) -> list[tuple[Any, ...]]:
    """All that the catalogue says of the schema's tables: columns, defaults, constraints, indexes and rights."""
    name = tenant.schema_name
    found = rows(
        """
        SELECT 'table', relname, relkind::text, relacl::text FROM pg_class WHERE relnamespace = %s::regnamespace
        UNION ALL SELECT table_name, column_name, data_type, concat_ws(' ', ordinal_position, character_maximum_length,
            is_nullable, column_default, is_identity) FROM information_schema.columns WHERE table_schema = %s
        UNION ALL SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid)
            FROM pg_constraint WHERE connamespace = %s::regnamespace
        UNION ALL SELECT 'index', tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = %s
        UNION ALL SELECT 'schema', '', '', nspacl::text FROM pg_namespace WHERE nspname = %s
        """,
        *([name] * 5),
    )
    return sorted(tuple(str(part).replace(name, "SCHEMA") for part in row) for row in found)


@pytest.mark.django_db
def test_a_replayed_schema_is_like_a_migrated_one(acme: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    migrated, replayed = (Tenant(name=name, slug=name, schema_name=f"t_{name}") for name in ("migrated", "replayed"))
    monkeypatch.setattr(provisioning, "_batches", {})
    provision(migrated)
    monkeypatch.delattr(replay, "migrate")
    try:
        provision(replayed)
        expected = shape(migrated)
        assert len(expected) > 100
        assert shape(replayed) == expected
    finally:
        deprovision(migrated)
        deprovision(replayed)


def test_a_fleet_that_lacks_nothing_is_not_visited(committed_db: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(fleet, "migrate_recording")
    assert migrate_all(committed_db.acme, committed_db.globex) == {"acme": None, "globex": None}


def test_what_migrated_the_first_is_run_in_the_others(committed_db: World, monkeypatch: pytest.MonkeyPatch) -> None:
    acme, globex = committed_db.acme, committed_db.globex
    before = shape(globex)
    lose_contacts(acme, globex)
    monkeypatch.delattr(fleet, "migrate_tenant")
    assert migrate_all(acme, globex) == {"acme": None, "globex": None}
    assert shape(acme) == shape(globex) == before
    monkeypatch.delattr(fleet, "migrate_recording")
    assert migrate_all(acme, globex) == {"acme": None, "globex": None}  # what was run is recorded


def test_python_runs_for_each_tenant(committed_db: World, monkeypatch: pytest.MonkeyPatch) -> None:
    acme, globex = committed_db.acme, committed_db.globex
    lose_contacts(acme, globex)
    ran: list[str] = []

    def note(apps: Any, editor: Any) -> None:
        ran.append(editor.connection.schema)

    migration = import_module("contacts.migrations.0001_initial").Migration
    monkeypatch.setattr(migration, "operations", [*migration.operations, RunPython(note)])
    assert migrate_all(acme, globex) == {"acme": None, "globex": None}
    assert ran == [acme.schema_name, globex.schema_name]


def test_one_that_fails_leaves_the_others_alone(committed_db: World) -> None:
    acme, globex = committed_db.acme, committed_db.globex
    lose_contacts(acme, globex)
    with as_owner(schema=acme.schema_name) as execute:
        execute("CREATE TABLE contacts_contact ()")
    results = migrate_all(acme, globex, Tenant(name="Initech", slug="initech"))
    assert results["globex"] is None
    assert isinstance(results["acme"], ProgrammingError)
    assert isinstance(results["initech"], ImproperlyConfigured)
    with as_owner(schema=acme.schema_name) as execute:
        execute("DROP TABLE contacts_contact")
    assert migrate_all(acme, globex) == {"acme": None, "globex": None}


@pytest.mark.django_db
def test_migrating_again_changes_nothing(acme: Tenant) -> None:
    migrate_tenant(acme)
    with tenant_context(acme):
        assert len(emails()) == 3


@pytest.mark.django_db
def test_a_missing_schema_is_not_made_in_public() -> None:
    with pytest.raises(ImproperlyConfigured, match="The tenant 'initech' has no schema"):
        migrate_tenant(Tenant(name="Initech", slug="initech"))
    assert not set(tables_of("public")) & set(TABLES)


@pytest.mark.django_db
def test_a_migration_works_in_the_schema_and_sends_its_statements_alone(acme: Tenant) -> None:
    with provisioning._owner_in(acme) as owner:
        assert connections[owner.alias] is owner
        with owner.cursor() as cursor:
            cursor.execute("CREATE INDEX CONCURRENTLY loot ON django_migrations (name)")
            cursor.execute("SELECT schemaname FROM pg_indexes WHERE indexname = 'loot'")
            assert cursor.fetchall() == [(acme.schema_name,)]
            cursor.execute("DROP INDEX CONCURRENTLY loot")
    assert owner.alias not in connections
    assert owner.connection is None
