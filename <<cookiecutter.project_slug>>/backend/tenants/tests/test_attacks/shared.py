"""What SQL tries against Row-Level Security: what is stopped, and what is not and so must never be there.

`check_isolation` finds what the owner of the tables must not make; here is seen what would come of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import DataError, Error, IntegrityError, NotSupportedError, ProgrammingError, connections, transaction
from psycopg.errors import FeatureNotSupported
from pytest_django.plugin import DjangoDbBlocker

from conftest import World
from tenants.context import tenant_context
from tenants.models import Tenant

APP = connections["default"].settings_dict["USER"]
OWNER = connections["owner"].settings_dict["USER"]
EMAILS = "SELECT email FROM members_member ORDER BY email"
ACMES = [("alice@acme.test",), ("bob@acme.test",), ("vera@acme.test",)]
GLOBEXES = [("charlie@globex.test",)]
MEMBER = "INSERT INTO members_member (id, tenant_id, name, email) VALUES (%s, %s, '', '%s')"


@pytest.fixture
def world(world: World, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """The two tenants; each statement is a transaction of its own, and whoever writes takes it back.

    PUBLIC has no rights in the database, as where `setup_roles` made it.
    """
    with django_db_blocker.unblock():
        connections["default"].close()
        as_owner(f'REVOKE ALL ON DATABASE "{connections["owner"].settings_dict["NAME"]}" FROM PUBLIC')
        yield world


def rows(sql: str, *parameters: object) -> list[tuple[object, ...]]:
    with connections["default"].cursor() as cursor:
        cursor.execute(sql, parameters or None)
        return cursor.fetchall() if cursor.description else []


def seen(tenant: Tenant | None, sql: str) -> list[tuple[object, ...]]:
    with tenant_context(tenant):
        return rows(sql)


def as_owner(*statements: str) -> None:
    with connections["owner"].cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@contextmanager
def made(*statements: str, undo: str) -> Iterator[None]:
    """What the owner makes, until the end."""
    as_owner(*statements)
    try:
        yield
    finally:
        connections["default"].close()
        as_owner(undo)


@contextmanager
def taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def unforced() -> Iterator[None]:
    """As if Row-Level Security did not bind the owner."""
    table = "ALTER TABLE members_member"
    with made(f"{table} NO FORCE ROW LEVEL SECURITY", undo=f"{table} FORCE ROW LEVEL SECURITY"):
        yield


# --- Whose rights count ----------------------------------------------------------------------------------------------

VIEW = "CREATE VIEW loot AS SELECT email FROM members_member"
FUNCTION = (
    "CREATE FUNCTION loot() RETURNS SETOF text LANGUAGE sql SECURITY DEFINER AS 'SELECT email FROM members_member'"
)
GRANT = f"GRANT SELECT ON loot TO {APP}"


def test_a_view_of_the_owners_shows_each_its_own_as_the_owner_is_bound_too(world: World) -> None:
    with made(VIEW, GRANT, undo="DROP VIEW loot"):
        assert seen(world.globex, "SELECT * FROM loot") == GLOBEXES
        assert seen(None, "SELECT * FROM loot") == []
        with unforced():
            assert seen(world.globex, "SELECT * FROM loot ORDER BY email") == sorted(ACMES + GLOBEXES)


def test_a_view_with_the_rights_of_whoever_asks_needs_no_force(world: World) -> None:
    with made(f"{VIEW.replace(' AS', ' WITH (security_invoker) AS')}", GRANT, undo="DROP VIEW loot"), unforced():
        assert seen(world.globex, "SELECT * FROM loot") == GLOBEXES


def test_a_function_with_the_owners_rights_works_for_the_current_tenant(world: World) -> None:
    with made(FUNCTION, undo="DROP FUNCTION loot"):
        assert seen(world.globex, "SELECT loot()") == GLOBEXES
        with unforced():
            assert sorted(seen(world.globex, "SELECT loot()")) == sorted(ACMES + GLOBEXES)


def test_a_function_that_names_the_tenant_itself_is_a_leak(world: World) -> None:
    name = f"SELECT set_config(''app.tenant_id'', ''{world.acme.pk}'', true)"
    naming = FUNCTION.replace("AS '", f"AS '{name}; ")
    with made(naming, undo="DROP FUNCTION loot"):
        assert sorted(seen(world.globex, "SELECT loot()")) == ACMES


def test_a_materialized_view_shows_everybody_the_rows_it_was_made_of(world: World) -> None:
    as_acme = f"SET app.tenant_id = '{world.acme.pk}'"
    view = VIEW.replace("VIEW", "MATERIALIZED VIEW")
    with made(as_acme, view, GRANT, "RESET app.tenant_id", undo="DROP MATERIALIZED VIEW loot"):
        assert sorted(seen(world.globex, "SELECT * FROM loot")) == ACMES


def test_a_child_table_is_not_read_past_its_parent(world: World) -> None:
    with made("CREATE TABLE loot () INHERITS (members_member)", undo="DROP TABLE loot"):
        as_owner(f"INSERT INTO loot (id, tenant_id, name, email) VALUES (1, {world.acme.pk}, '', 'dora@acme.test')")
        assert seen(world.acme, EMAILS) == sorted([*ACMES, ("dora@acme.test",)])
        assert seen(world.globex, EMAILS) == GLOBEXES
        with pytest.raises(ProgrammingError, match="permission denied for table loot"):
            seen(world.globex, "SELECT * FROM loot")
        as_owner(GRANT)
        assert seen(world.globex, "SELECT email FROM loot") == [("dora@acme.test",)]  # an unguarded table


# --- What the application's role may do ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE members_member DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE members_member NO FORCE ROW LEVEL SECURITY",
        "DROP POLICY tenant_isolation ON members_member",
        "CREATE POLICY loot ON members_member USING (true)",
        "ALTER POLICY tenant_isolation ON members_member USING (true)",
        "CREATE RULE loot AS ON SELECT TO members_member DO INSTEAD SELECT 1",
        "CREATE FUNCTION loot() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE VIEW loot AS SELECT 1",
        "CREATE TABLE loot ()",
        "CREATE TEMPORARY TABLE members_member (email text)",
        "CREATE SCHEMA loot",
        f"SET ROLE {OWNER}",
        f"SET SESSION AUTHORIZATION {OWNER}",
        f"ALTER ROLE {APP} BYPASSRLS",
        f"GRANT {OWNER} TO {APP}",
        "COPY members_member TO '/tmp/loot'",
        "COPY (SELECT 1) TO PROGRAM 'cat'",
        "SELECT pg_read_file('PG_VERSION')",
    ],
)
def test_the_application_is_denied(world: World, statement: str) -> None:
    with pytest.raises(ProgrammingError, match=r"permission denied|must be (owner|superuser)"), taken_back():
        seen(world.acme, statement)


def test_row_security_cannot_be_turned_off(world: World) -> None:
    """So pg_dump, which does, fails as the application."""
    with pytest.raises(ProgrammingError, match="would be affected by row-level security"), taken_back():
        seen(world.acme, f"SET LOCAL row_security = off; {EMAILS}")


def test_whoever_may_truncate_empties_the_table_for_all(world: World) -> None:
    truncate = f"TRUNCATE ON jobs_upload {{}} {APP}"
    with (
        made(f"GRANT {truncate.format('TO')}", undo=f"REVOKE {truncate.format('FROM')}"),
        taken_back(),
        tenant_context(world.acme),
    ):
        rows("TRUNCATE jobs_upload")


def test_rows_are_not_copied_in(world: World) -> None:
    with pytest.raises((NotSupportedError, FeatureNotSupported), match="COPY FROM not supported with row-level"):
        copied(world.acme, "COPY members_member (id, tenant_id, name, email) FROM STDIN")


def test_each_copies_out_its_own(world: World) -> None:
    out = "COPY members_member (email) TO STDOUT"
    with transaction.atomic():
        assert sorted(copied(world.acme, out)) == ACMES
        assert copied(world.globex, out) == GLOBEXES
    assert copied(world.acme, out) == []  # outside of a transaction it cannot carry the tenant


def copied(tenant: Tenant, sql: str) -> list[tuple[object, ...]]:
    with tenant_context(tenant), connections["default"].cursor() as cursor, cursor.copy(sql) as copy:
        return list(copy.rows())


def test_a_prepared_statement_sees_the_rows_of_whoever_executes_it(world: World) -> None:
    with taken_back():
        seen(world.acme, f"PREPARE loot AS {EMAILS}")
        assert seen(world.acme, "EXECUTE loot") == ACMES
        assert seen(world.globex, "EXECUTE loot") == GLOBEXES
        rows("DEALLOCATE loot")


# --- What is told without being shown --------------------------------------------------------------------------------


def fails(tenant: Tenant, sql: str) -> str:
    """What the database says."""
    with pytest.raises(Error) as told, taken_back():
        seen(tenant, sql)
    return str(told.value)


def test_a_condition_that_fails_for_a_row_is_not_asked_of_foreign_rows(world: World) -> None:
    probe = "SELECT count(*) FROM members_member WHERE 1 / length(replace(email, 'charlie@globex.test', '')) >= 0"
    with pytest.raises(DataError, match="division by zero"):
        seen(world.globex, probe)
    assert seen(world.acme, probe) == [(3,)]


def test_a_cheap_function_in_a_condition_is_not_shown_foreign_rows(world: World) -> None:
    telling = (
        "CREATE FUNCTION loot(text) RETURNS bool LANGUAGE plpgsql COST 0.0000001 AS "
        "'BEGIN RAISE NOTICE ''%'', $1; RETURN true; END'"
    )
    told: list[str] = []
    with made(telling, undo="DROP FUNCTION loot"):
        rows("SELECT 1")
        connections["default"].connection.add_notice_handler(lambda notice: told.append(str(notice.message_primary)))
        assert seen(world.globex, "SELECT email FROM members_member WHERE loot(email)") == GLOBEXES
    assert told == ["charlie@globex.test"]


def test_statistics_are_hidden(world: World) -> None:
    as_owner("ANALYZE members_member, tenants_tenant")
    told = "SELECT DISTINCT tablename FROM pg_stats WHERE tablename IN ('members_member', 'tenants_tenant')"
    assert seen(world.acme, told) == [("tenants_tenant",)]


def test_a_foreign_key_does_not_tell_whether_a_foreign_row_is_there(world: World) -> None:
    ((charlie,),) = seen(world.globex, "SELECT id FROM members_member")
    point = (
        "INSERT INTO jobs_job (id, tenant_id, kind, status, progress_current, progress_message, checkpoint, attempts,"
        f" created_at, created_by_id) VALUES (gen_random_uuid(), {world.acme.pk}, '', '', 0, '', '{{}}', 0, now(), %s);"
        "SET CONSTRAINTS ALL IMMEDIATE"
    )
    there, nowhere = fails(world.acme, point % charlie), fails(world.acme, point % 987654321)
    assert 'is not present in table "members_member"' in there
    assert there.replace(f"({world.acme.pk}, {charlie})", "…") == nowhere.replace(f"({world.acme.pk}, 987654321)", "…")


def test_a_primary_key_tells_that_it_is_taken_and_not_by_whom(world: World) -> None:
    """It is unique for all: ids must not say anything, and those of contacts and jobs cannot be guessed."""
    ((charlie,),) = seen(world.globex, "SELECT id FROM members_member")
    said = fails(world.acme, MEMBER % (charlie, world.acme.pk, "x@acme.test"))
    assert "duplicate key" in said
    assert "globex" not in said


def test_a_unique_constraint_without_the_tenant_would_tell(world: World) -> None:
    take = MEMBER % (99, world.acme.pk, "charlie@globex.test")
    with taken_back():
        seen(world.acme, take)
    with (
        made("CREATE UNIQUE INDEX loot ON members_member (email)", undo="DROP INDEX loot"),
        pytest.raises(IntegrityError, match="duplicate key"),
        taken_back(),
    ):
        seen(world.acme, take)


# --- What is not stopped ---------------------------------------------------------------------------------------------


def switch(tenant: Tenant) -> None:
    rows("SELECT set_config('app.tenant_id', %s, true)", str(tenant.pk))


def test_sql_of_somebodys_own_can_name_another_tenant(world: World) -> None:
    """Row-Level Security guards against mistakes. No SQL of a tenant's own may be run."""
    with taken_back(), tenant_context(world.acme):
        switch(world.globex)
        assert rows(EMAILS) == GLOBEXES
    assert seen(world.acme, EMAILS) == ACMES


def test_several_statements_in_one_can_too(world: World) -> None:
    with taken_back(), tenant_context(world.acme), connections["default"].cursor() as cursor:
        cursor.execute(f"SELECT set_config('app.tenant_id', '{world.globex.pk}', true); {EMAILS}")
        cursor.nextset()
        assert cursor.fetchall() == GLOBEXES
