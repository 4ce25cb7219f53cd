"""Each tenant has its database and a role for it alone: what keeps tenants apart, and what is seen without it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from celery.exceptions import Retry
from django.apps import apps
from django.conf import LazySettings, settings
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import request_finished
from django.db import ProgrammingError, connections, router, transaction
from django.db.backends.postgresql import base as postgresql
from django.db.models import Model
from django.utils import timezone
from django.utils.connection import ConnectionDoesNotExist
from psycopg.sql import SQL, Identifier
from rest_framework.test import APIClient

from accounts.models import User
from contacts.models import Contact
from contacts.tasks import import_contacts
from jobs.tasks import TenantNotReady, TenantTask
from members.models import Member
from tenants import checks
from tenants.context import TenantMissing, tenant_context
from tenants.isolation import connections as open_connections
from tenants.isolation import databases, fleet, provisioning
from tenants.isolation import router as routing
from tenants.isolation.backend import base
from tenants.isolation.databases import alias_of, is_ready
from tenants.isolation.models import TenantAwareModel
from tenants.isolation.names import template_name
from tenants.isolation.owner import as_owner as owner_of
from tenants.isolation.owner import execute, on_server
from tenants.isolation.provisioning import deprovision, migrate_tenant, provision, remove_orphans
from tenants.isolation.router import WrongTenant
from tenants.isolation.versions import current_version, needed
from tenants.models import Tenant
from tenants.services import create_tenant
from tenants.transactions import tenant_atomic

TABLES = sorted(model._meta.db_table for model in apps.get_models() if issubclass(model, TenantAwareModel))


def rows(alias: str, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
    with connections[alias].cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def exists(tenant: Tenant) -> tuple[bool, bool]:
    """Are the tenant's database and role there?"""
    ((database,),) = rows("default", "SELECT count(*) FROM pg_database WHERE datname = %s", tenant.database)
    ((role,),) = rows("default", "SELECT count(*) FROM pg_roles WHERE rolname = %s", tenant.database)
    return bool(database), bool(role)


@contextmanager
def session(user_of: str, database: str) -> Iterator[psycopg.Connection[Any]]:
    """A session of the user of an alias in any database."""
    user = connections[user_of].settings_dict
    with psycopg.connect(
        host=user["HOST"],
        port=user["PORT"] or None,
        user=user["USER"],
        password=user["PASSWORD"],
        dbname=database,
        autocommit=True,
    ) as connection:
        yield connection


def as_owner(database: str, *statements: str, role: str) -> None:
    connection = connections[f"owner:{database}"]
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(SQL(statement).format(database=Identifier(database), role=Identifier(role)))
    open_connections.forget(connection)


def in_thread(function: Callable[[], Any]) -> Any:
    """Run it where no test's transaction is open; what it commits stays."""

    def run() -> Any:
        try:
            return function()
        finally:
            for connection in list(open_connections._thread.open):
                open_connections.forget(connection)
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()


def emails() -> list[str]:
    return sorted(Member.objects.values_list("email", flat=True))


# --- The roles ------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_tenants_role_works_in_its_own_database(acme: Tenant) -> None:
    with session(alias_of(acme), acme.database) as connection:
        assert connection.execute("SELECT count(*) FROM members_member").fetchall() == [(3,)]


@pytest.mark.django_db
def test_a_tenants_role_is_let_into_no_other_database(acme: Tenant, globex: Tenant) -> None:
    for database in (globex.database, connections["default"].settings_dict["NAME"]):
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            session(alias_of(acme), database).__enter__()


def test_each_role_has_a_password_of_its_own(acme: Tenant, globex: Tenant) -> None:
    passwords = {settings.DATABASES[alias_of(tenant)]["PASSWORD"] for tenant in (acme, globex)}
    assert len(passwords) == 2
    assert settings.TENANT_DATABASE_KEY not in passwords


@pytest.mark.django_db
def test_the_control_planes_role_is_not_let_into_a_tenants_database(acme: Tenant) -> None:
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        session("default", acme.database).__enter__()


@pytest.mark.django_db
def test_with_the_right_to_connect_a_role_is_let_in_and_may_still_read_nothing(acme: Tenant, globex: Tenant) -> None:
    as_owner(globex.database, "GRANT CONNECT ON DATABASE {database} TO {role}", role=acme.database)
    try:
        with session(alias_of(acme), globex.database) as connection:
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match="permission denied for table"):
                connection.execute("SELECT * FROM members_member")
            as_owner(globex.database, "GRANT SELECT ON members_member TO {role}", role=acme.database)
            assert connection.execute("SELECT email FROM members_member").fetchall() == [("charlie@globex.test",)]
    finally:
        as_owner(
            globex.database,
            "REVOKE ALL ON members_member FROM {role}",
            "REVOKE ALL ON DATABASE {database} FROM {role}",
            role=acme.database,
        )


@pytest.mark.django_db
@pytest.mark.parametrize("table", TABLES)
def test_the_application_may_not_truncate(table: str, acme: Tenant) -> None:
    with tenant_context(acme), pytest.raises(ProgrammingError, match="permission denied"), tenant_atomic():
        rows(alias_of(acme), f'TRUNCATE "{table}"')


@pytest.mark.django_db
def test_a_privileged_role_is_refused(acme: Tenant) -> None:
    checks._checked_roles.clear()
    owner = connections[f"owner:{acme.database}"]
    owner.connect()
    owner.alias = "default"  # as if DATABASE_URL named the owner
    try:
        with pytest.raises(ImproperlyConfigured, match="must not use the database role"):
            checks.refuse_privileged_role(sender=None, connection=owner)
        assert owner.connection is None
    finally:
        owner.alias = f"owner:{acme.database}"
        open_connections.forget(owner)


# --- The router and the connection ----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_each_table_is_where_it_belongs(acme: Tenant) -> None:
    tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
    with tenant_context(acme):
        assert [name for (name,) in rows(alias_of(acme), tables)] == sorted([*TABLES, "django_migrations"])
    assert not {name for (name,) in rows("default", tables)} & set(TABLES)


@pytest.mark.django_db
def test_without_the_router_a_tenants_rows_are_not_found(acme: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(router, "routers", [])
    with tenant_context(acme), pytest.raises(ProgrammingError, match="does not exist"), transaction.atomic():
        emails()


@pytest.mark.django_db
def test_with_a_router_that_goes_astray_the_connection_refuses(
    acme: Tenant, globex: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routing, "alias_of", lambda tenant: alias_of(globex))
    with tenant_context(acme), pytest.raises(WrongTenant, match="belongs to another tenant than the current one, acme"):
        emails()


@pytest.mark.django_db
def test_without_either_guard_foreign_rows_are_seen(
    acme: Tenant, globex: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routing, "alias_of", lambda tenant: alias_of(globex))
    monkeypatch.setattr(base, "_refuse_others", lambda alias: None)
    with tenant_context(acme):
        assert emails() == ["charlie@globex.test"]


@pytest.mark.django_db
def test_a_tenants_connection_serves_no_other(acme: Tenant, globex: Tenant) -> None:
    with tenant_context(acme):
        with pytest.raises(WrongTenant):
            rows(alias_of(globex), "SELECT 1")
        with pytest.raises(WrongTenant):
            Member.objects.using(alias_of(globex)).count()
    with pytest.raises(TenantMissing):
        rows(alias_of(acme), "SELECT 1")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "use",
    [
        lambda member: member.save(),
        lambda member: member.delete(),
        lambda member: member.refresh_from_db(),
        lambda member: Contact(name="Dora", email="dora@globex.test", created_by=member),
    ],
)
def test_an_object_of_one_tenant_is_refused_in_another(
    use: Callable[[Member], object], acme: Tenant, globex: Tenant
) -> None:
    with tenant_context(acme):
        member = Member.objects.get(email="bob@acme.test")
    with tenant_context(globex), pytest.raises(WrongTenant, match="This member belongs to another tenant"):
        use(member)


@pytest.mark.django_db
def test_without_that_refusal_a_row_crosses_over(acme: Tenant, globex: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routing, "_origin", lambda instance, database: None)
    with tenant_context(acme):
        member = Member.objects.get(email="bob@acme.test")
    with tenant_context(globex):
        member.save()
        assert emails() == ["bob@acme.test", "charlie@globex.test"]


@pytest.mark.django_db
def test_an_object_of_a_data_migration_stays_on_the_migrations_connection(acme: Tenant) -> None:
    member = Member(pk=1)
    member._state.db = f"owner:{acme.database}"
    with tenant_context(acme):
        assert router.db_for_write(Member, instance=member) == f"owner:{acme.database}"


def relations() -> list[tuple[type[Model], type[Model]]]:
    return [
        (model, field.related_model)
        for model in apps.get_models()
        for field in model._meta.local_fields
        if field.is_relation and isinstance(field.related_model, type)
    ]


def test_no_relation_leads_from_one_plane_to_the_other() -> None:
    """No foreign key can lead into another database."""
    for model, target in relations():
        assert issubclass(model, TenantAwareModel) == issubclass(target, TenantAwareModel), (model, target)


# --- Aliases and connections ----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_tenants_are_not_registered(acme: Tenant) -> None:
    with tenant_context(acme):
        emails()
    assert list(connections) == ["default", "owner"]
    assert settings.DATABASES.get(alias_of(acme))["USER"] == acme.database


def test_an_unknown_alias_is_refused() -> None:
    with pytest.raises(ConnectionDoesNotExist):
        connections["nonsense"]
    assert settings.DATABASES.get("nonsense") is None


@pytest.mark.django_db
def test_the_connection_used_longest_ago_is_closed(acme: Tenant, globex: Tenant, settings: LazySettings) -> None:
    settings.TENANT_CONNECTIONS = 1

    def visit_both() -> tuple[bool, bool, bool]:
        first, second = connections[alias_of(acme)], connections[alias_of(globex)]
        with tenant_context(acme):
            emails()
        with tenant_context(globex):
            emails()
        return first.connection is None, second.connection is None, connections[alias_of(acme)] is first

    assert in_thread(visit_both) == (True, False, False)


@pytest.mark.django_db
def test_a_connection_in_a_transaction_is_kept(acme: Tenant, globex: Tenant, settings: LazySettings) -> None:
    settings.TENANT_CONNECTIONS = 1

    def visit_from_inside() -> list[str]:
        with tenant_context(acme), tenant_atomic():
            Member.objects.filter(email="bob@acme.test").delete()
            with tenant_context(globex):
                emails()
            seen = emails()
            transaction.set_rollback(True, using=alias_of(acme))
        return seen

    assert in_thread(visit_from_inside) == ["alice@acme.test", "vera@acme.test"]


@pytest.mark.django_db
@pytest.mark.parametrize(("close_at", "closed"), [(0, True), (float("inf"), False)])
def test_an_old_connection_is_closed_after_the_request(close_at: float, closed: bool, acme: Tenant) -> None:
    def serve() -> bool:
        connection = connections[alias_of(acme)]
        with tenant_context(acme):
            emails()
        connection.close_at = close_at
        request_finished.send(sender=None)
        return connection.connection is None

    assert in_thread(serve) is closed


@pytest.mark.django_db
def test_a_connection_that_the_server_ended_is_replaced_at_the_next_request(acme: Tenant) -> None:
    def serve_twice() -> tuple[list[str], bool]:
        with tenant_context(acme):
            emails()
            ended = connections[alias_of(acme)].connection
            with on_server("") as server:
                execute(server, f"SELECT pg_terminate_backend({ended.info.backend_pid}, 5000)")
            request_finished.send(sender=None)
            return emails(), ended.closed

    assert in_thread(serve_twice) == (["alice@acme.test", "bob@acme.test", "vera@acme.test"], True)


@pytest.mark.django_db
def test_a_quiet_connection_is_not_asked_whether_it_is_alive(acme: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    ask = postgresql.DatabaseWrapper.is_usable

    def is_usable(self: Any) -> bool:
        asked.append(self.alias)
        return ask(self)

    def serve_twice() -> int:
        with tenant_context(acme):
            emails()
            first = connections[alias_of(acme)].connection
            request_finished.send(sender=None)
            Tenant.objects.get(pk=acme.pk)
            emails()
            return connections[alias_of(acme)].connection is first

    monkeypatch.setattr(postgresql.DatabaseWrapper, "is_usable", is_usable)
    assert in_thread(serve_twice)
    assert alias_of(acme) not in asked


@pytest.mark.django_db
def test_a_connection_grows_old_while_others_are_used(acme: Tenant) -> None:
    def serve_others() -> tuple[bool, bool]:
        connection = connections[alias_of(acme)]
        with tenant_context(acme):
            emails()
        request_finished.send(sender=None)
        connection.close_at = time.monotonic() + 60
        request_finished.send(sender=None)
        young = connection.connection is not None
        connection.close_at = time.monotonic()
        request_finished.send(sender=None)
        return young, connection.connection is None

    assert in_thread(serve_others) == (True, True)


@pytest.mark.django_db
def test_a_broken_connection_is_replaced_at_the_next_request(acme: Tenant) -> None:
    def serve_twice() -> list[str]:
        with tenant_context(acme):
            emails()
            connections[alias_of(acme)].connection.close()
            request_finished.send(sender=None)
            return emails()

    assert in_thread(serve_twice) == ["alice@acme.test", "bob@acme.test", "vera@acme.test"]


# --- Making and removing --------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_provisioning_that_fails_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(tenant: Tenant) -> None:
        assert exists(tenant) == (True, True)
        raise ZeroDivisionError

    monkeypatch.setattr(provisioning, "_hand_over", fail)
    tenant = Tenant(name="Initech", slug="initech")
    with pytest.raises(ZeroDivisionError):
        provision(tenant)
    assert exists(tenant) == (False, False)


@pytest.mark.django_db
def test_a_database_that_is_there_already_is_not_touched(acme: Tenant) -> None:
    with pytest.raises(ProgrammingError, match="already exists"):
        provision(acme)
    with tenant_context(acme):
        assert len(emails()) == 3


@pytest.mark.django_db
def test_a_rolled_back_tenant_leaves_nothing(alice: User) -> None:
    def start_and_fail() -> Tenant:
        with transaction.atomic():
            with transaction.atomic():
                made.append(create_tenant(name="Initech", owner=alice))
            assert exists(made[0]) == (True, True)
            raise ZeroDivisionError

    made: list[Tenant] = []
    with pytest.raises(ZeroDivisionError):
        start_and_fail()  # a savepoint of the test's own transaction
    assert exists(made.pop()) == (False, False)
    with pytest.raises(ZeroDivisionError):
        in_thread(start_and_fail)  # a transaction
    assert exists(made.pop()) == (False, False)


@pytest.mark.django_db
def test_a_later_rollback_does_not_remove_a_committed_tenant(acme: Tenant) -> None:
    def commit_then_roll_back() -> None:
        tenant = Tenant(name="Initech", slug="initech")
        with transaction.atomic():
            provision(tenant)
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            raise ZeroDivisionError
        assert exists(tenant) == (True, True)
        deprovision(tenant)
        assert exists(tenant) == (False, False)

    in_thread(commit_then_roll_back)


@pytest.mark.django_db
def test_deprovisioning_ends_sessions(alice: User) -> None:
    tenant = Tenant(name="Initech", slug="initech")
    provision(tenant)
    with session(alias_of(tenant), tenant.database) as connection:
        deprovision(tenant)
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")
    assert exists(tenant) == (False, False)
    deprovision(tenant)


@pytest.mark.django_db
def test_migrating_again_changes_nothing(acme: Tenant) -> None:
    migrate_tenant(acme)
    with tenant_context(acme):
        assert len(emails()) == 3


CATALOGUE = """
SELECT 'column', concat_ws(' ', table_name, column_name, data_type, character_maximum_length, is_nullable, is_identity,
                           column_default)
FROM information_schema.columns WHERE table_schema = 'public'
UNION SELECT 'constraint', conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION SELECT 'index', indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION SELECT 'right', concat_ws(' ', relname, relkind, pg_get_userbyid(relowner), grantor::regrole,
                                pg_get_userbyid(grantee), privilege_type)
FROM pg_class, aclexplode(coalesce(relacl, acldefault('r', relowner))) WHERE relnamespace = 'public'::regnamespace
UNION SELECT 'default right', defaclacl::text FROM pg_default_acl
UNION SELECT 'schema', nspname || ' ' || coalesce(nspacl::text, '') FROM pg_namespace
UNION SELECT 'right to the database', datacl::text || ' ' || pg_get_userbyid(datdba) || datallowconn || datistemplate
FROM pg_database WHERE datname = current_database()
UNION SELECT 'migration', app || ' ' || name FROM django_migrations
UNION SELECT 'function', proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
"""


def catalogue(tenant: Tenant) -> set[tuple[str, str]]:
    """What there is in the tenant's database and who may use it, with its name left out."""
    with owner_of(tenant.database) as connection, connection.cursor() as cursor:
        cursor.execute(CATALOGUE)
        return {(kind, text.replace(tenant.database, "TENANT")) for kind, text in cursor.fetchall()}


@pytest.mark.django_db
def test_a_copied_database_is_like_a_migrated_one(alice: User) -> None:
    copied, migrated = Tenant(name="Copied", slug="copied"), Tenant(name="Migrated", slug="migrated")
    try:
        provision(copied)
        with on_server("") as server:
            execute(server, "CREATE DATABASE {} TEMPLATE template0", migrated.database)
            provisioning.let_in(server, migrated)
        migrate_tenant(migrated)
        expected, owner = catalogue(migrated), connections["owner"].settings_dict["USER"]
        assert ("right", f"members_member r {owner} {owner} TENANT UPDATE") in expected
        assert catalogue(copied) == expected
    finally:
        deprovision(copied)
        deprovision(migrated)


def template() -> tuple[int, str]:
    """The template's identity, and what it was made from."""
    ((oid, comment),) = rows(
        "default",
        "SELECT oid, shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
        template_name(),
    )
    return oid, comment


@pytest.mark.django_db
@pytest.mark.parametrize("fault", ["COMMENT ON DATABASE {} IS 'older'", "ALTER DATABASE {} ALLOW_CONNECTIONS true"])
def test_a_template_that_is_not_this_codes_is_made_anew(fault: str) -> None:
    before = template()
    with on_server("") as server:
        execute(server, fault, template_name())
    tenant = Tenant(name="Initech", slug="initech")
    provision(tenant)
    try:
        assert template()[0] != before[0]
        assert template()[1] == before[1]
    finally:
        deprovision(tenant)


@pytest.mark.django_db
def test_a_template_that_is_this_codes_is_kept() -> None:
    before = template()
    tenant = Tenant(name="Initech", slug="initech")
    provision(tenant)
    deprovision(tenant)
    assert template() == before


@pytest.mark.django_db
def test_nobody_may_connect_to_the_template(acme: Tenant) -> None:
    for user in ("owner", "default", alias_of(acme)):
        with pytest.raises(psycopg.OperationalError, match=r"not currently accepting connections|permission denied"):
            session(user, template_name()).__enter__()


@pytest.mark.django_db
def test_what_belongs_to_no_tenant_is_removed_and_nothing_else(acme: Tenant, globex: Tenant) -> None:
    whole, bare, role = (Tenant(name="Orphan", slug=f"orphan-{number}") for number in range(3))
    provision_without_lock(whole)
    with on_server("") as server:
        execute(server, "CREATE DATABASE {}", bare.database)
        execute(server, "CREATE ROLE {}", role.database)
    assert remove_orphans() == sorted([whole.database, bare.database, role.database])
    assert [exists(tenant) for tenant in (whole, bare, role)] == [(False, False)] * 3
    assert exists(acme) == exists(globex) == (True, True)
    assert remove_orphans() == []


def provision_without_lock(tenant: Tenant) -> None:
    """As a process does that is killed before it commits: its lock is gone with it."""
    in_thread(lambda: provision(tenant))


@pytest.mark.django_db
def test_a_place_whose_tenant_is_not_committed_yet_is_left_alone() -> None:
    tenant = Tenant(name="Initech", slug="initech")
    with transaction.atomic():
        provision(tenant)
        assert in_thread(remove_orphans) == []
        assert exists(tenant) == (True, True)
        transaction.set_rollback(True)
    assert exists(tenant) == (False, False)


# --- Being ready ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_tenant_of_this_code_is_ready_without_a_query(acme: Tenant, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0), django_assert_num_queries(0, connection=connections[alias_of(acme)]):
        assert is_ready(acme)


@pytest.mark.django_db
def test_a_tenant_with_more_than_this_code_knows_is_ready_and_asked_once(acme: Tenant) -> None:
    acme.version = "of a later release"
    try:
        assert is_ready(acme)
        with tenant_context(acme):
            rows(alias_of(acme), "SELECT 1")
        assert "of a later release" in databases._newer
    finally:
        acme.version = current_version()
        databases._newer.clear()


@pytest.mark.django_db
def test_a_tenant_that_lacks_a_migration_is_not_ready(acme: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(databases, "needed", lambda: needed() | {("contacts", "9999_later")})
    monkeypatch.setattr(acme, "version", "of an earlier release")
    assert not is_ready(acme)
    assert databases._newer == set()


@pytest.mark.django_db
def test_a_tenant_on_the_move_is_not_ready(acme: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acme, "moving", True)
    assert not is_ready(acme)


@pytest.mark.django_db
def test_migrating_notes_what_is_applied(acme: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acme, "version", "")
    Tenant.objects.filter(pk=acme.pk).update(version="")
    migrate_tenant(acme)
    assert Tenant.objects.get(pk=acme.pk).version == current_version()


# --- All of them ----------------------------------------------------------------------------------------------------


def migrated(tenants: list[Tenant]) -> dict[str, str]:
    """What `migrate_fleet` reports of each: its error, or ''."""
    reports: list[tuple[str, str]] = []

    def report(tenant: Tenant, error: Exception | None) -> None:
        reports.append((tenant.slug, str(error or "")))

    fleet.migrate_fleet(tenants, parallel=2, report=report)
    assert len(reports) == len(tenants)
    return dict(reports)


@pytest.mark.django_db
def test_only_databases_that_are_behind_are_visited(
    acme: Tenant, globex: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    visited: list[str] = []
    migrate = fleet.migrate_database
    monkeypatch.setattr(fleet, "migrate_database", lambda tenant: visited.append(tenant.slug) or migrate(tenant))
    monkeypatch.setattr(acme, "version", "behind")
    Tenant.objects.filter(pk=acme.pk).update(version="behind")
    assert migrated([acme, globex]) == {"acme": "", "globex": ""}
    assert visited == ["acme"]
    assert Tenant.objects.get(pk=acme.pk).version == current_version()


@pytest.mark.django_db
def test_one_that_cannot_be_migrated_holds_up_no_other(globex: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    missing = Tenant(pk=0, slug="missing", database="missing", version="behind")
    monkeypatch.setattr(globex, "version", "behind")
    reports = migrated([missing, globex])
    assert 'database "missing" does not exist' in reports["missing"]
    assert reports["globex"] == ""
    assert (missing.version, globex.version) == ("behind", current_version())


@pytest.fixture
def acme_is_behind(acme: Tenant, monkeypatch: pytest.MonkeyPatch) -> Tenant:
    """The code has a migration that Acme's database has not had yet."""
    monkeypatch.setattr(databases, "needed", lambda: needed() | {("contacts", "9999_later")})
    Tenant.objects.filter(pk=acme.pk).update(version="of an earlier release")
    return acme


@pytest.mark.django_db
def test_a_request_for_a_tenant_that_is_behind_is_told_to_come_back(acme_is_behind: Tenant, globex: Tenant) -> None:
    answer = APIClient(HTTP_HOST="acme.localhost").get("/api/v1/contacts")
    assert (answer.status_code, answer.json()["code"]) == (503, "tenant_upgrading")
    assert answer["Retry-After"] == "30"
    assert answer["Content-Type"] == "application/problem+json"
    assert APIClient(HTTP_HOST="globex.localhost").get("/api/v1/contacts").status_code == 401


@pytest.mark.django_db
def test_a_task_for_a_tenant_that_is_behind_is_sent_again(
    acme_is_behind: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(TenantTask, "apply_async", lambda self, *args, **options: sent.append(options))
    headers = {"tenant_id": acme_is_behind.pk}
    import_contacts.push_request(id="1", args=["7"], kwargs={}, headers=headers, retries=2, called_directly=False)
    try:
        with pytest.raises(Retry, match="are being upgraded"):
            import_contacts("7")
    finally:
        import_contacts.pop_request()
    (options,) = sent
    assert [options[name] for name in ("task_id", "headers", "retries")] == ["1", headers, 2]
    assert timedelta(seconds=25) < options["eta"] - timezone.now() <= timedelta(seconds=30)


@pytest.mark.django_db
def test_a_task_that_is_to_run_at_once_is_refused_then(acme_is_behind: Tenant) -> None:
    with tenant_context(acme_is_behind), pytest.raises(TenantNotReady, match="tenant 'acme' are being upgraded"):
        import_contacts.apply(["7"], throw=True)
