"""What SQL tries to get out of the current tenant's schema: what is stopped, and what is not.

`check_isolation` finds what the owner of the schemas must not make; here is seen what would come of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import ProgrammingError, connections, transaction
from pytest_django.plugin import DjangoDbBlocker

from conftest import World
from tenants.context import tenant_context
from tenants.models import Tenant

APP = connections["default"].settings_dict["USER"]
OWNER = connections["owner"].settings_dict["USER"]
EMAILS = "SELECT email FROM members_member ORDER BY email"
ACMES = [("alice@acme.test",), ("bob@acme.test",), ("vera@acme.test",)]
GLOBEXES = [("charlie@globex.test",)]


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


# --- Whose tables are found ------------------------------------------------------------------------------------------

FUNCTION = "CREATE FUNCTION {}loot() RETURNS SETOF text LANGUAGE {} AS 'SELECT email FROM members_member'"


def test_a_function_of_the_owners_works_in_the_current_tenants_schema(world: World) -> None:
    definer = FUNCTION.format("public.", "sql SECURITY DEFINER")
    with made("SET check_function_bodies = off", definer, "RESET check_function_bodies", undo="DROP FUNCTION loot"):
        assert seen(world.globex, "SELECT loot()") == GLOBEXES
        with pytest.raises(ProgrammingError, match="does not exist"):
            seen(None, "SELECT loot()")


def test_a_function_with_a_search_path_of_its_own_is_a_leak(world: World) -> None:
    definer = FUNCTION.format("public.", f"sql SECURITY DEFINER SET search_path = {world.acme.schema_name}")
    with made(definer, undo="DROP FUNCTION public.loot"):
        assert sorted(seen(world.globex, "SELECT loot()")) == ACMES


def test_a_view_is_bound_to_the_tables_that_it_was_made_of(world: World) -> None:
    view = f"CREATE VIEW public.loot AS SELECT email FROM {world.acme.schema_name}.members_member"
    with made(view, f"GRANT SELECT ON public.loot TO {APP}", undo="DROP VIEW public.loot"):
        assert sorted(seen(world.globex, "SELECT * FROM loot")) == ACMES


def test_a_table_in_public_is_found_where_a_schema_lacks_its_own(world: World) -> None:
    with made(
        "CREATE TABLE public.loot (email text)",
        f"GRANT SELECT, INSERT ON public.loot TO {APP}",
        undo="DROP TABLE public.loot",
    ):
        seen(world.acme, "INSERT INTO loot VALUES ('dora@acme.test')")
        assert seen(world.globex, "SELECT * FROM loot") == [("dora@acme.test",)]


def test_a_prepared_statement_finds_the_tables_of_whoever_executes_it(world: World) -> None:
    with taken_back():
        seen(world.acme, f"PREPARE loot AS {EMAILS}")
        assert seen(world.acme, "EXECUTE loot") == ACMES
        assert seen(world.globex, "EXECUTE loot") == GLOBEXES
        rows("DEALLOCATE loot")


def test_an_id_is_free_where_another_tenant_has_it(world: World) -> None:
    """So nothing tells that somebody else has a row."""
    ((charlie,),) = seen(world.globex, "SELECT id FROM members_member")
    with taken_back():
        seen(world.acme, f"INSERT INTO members_member (id, name, email) VALUES ({charlie}, '', 'charlie@globex.test')")


# --- What the application's role may do ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER SCHEMA {acme} RENAME TO loot",
        "CREATE TABLE {globex}.loot ()",
        "CREATE TABLE public.members_member (email text)",
        "CREATE TEMPORARY TABLE members_member (email text)",
        "CREATE FUNCTION {globex}.lower(text) RETURNS text LANGUAGE sql AS 'SELECT 1'",
        "CREATE VIEW public.loot AS SELECT 1",
        "CREATE RULE loot AS ON INSERT TO members_member DO INSTEAD NOTHING",
        "ALTER TABLE members_member SET SCHEMA public",
        f"SET ROLE {OWNER}",
        f"SET SESSION AUTHORIZATION {OWNER}",
        f"GRANT {OWNER} TO {APP}",
        "COPY members_member TO '/tmp/loot'",
        "COPY (SELECT 1) TO PROGRAM 'cat'",
        "SELECT pg_read_file('PG_VERSION')",
    ],
)
def test_the_application_is_denied(world: World, statement: str) -> None:
    names = {"acme": world.acme.schema_name, "globex": world.globex.schema_name}
    with pytest.raises(ProgrammingError, match=r"permission denied|must be (owner|superuser)"), taken_back():
        seen(world.acme, statement.format(**names))


# --- What is not stopped ---------------------------------------------------------------------------------------------


def test_sql_of_somebodys_own_can_name_another_tenants_schema(world: World) -> None:
    """Schemas guard against mistakes. No SQL of a tenant's own may be run."""
    named = EMAILS.replace("members_member", f"{world.globex.schema_name}.members_member")
    assert seen(world.acme, named) == GLOBEXES


def test_a_search_path_of_somebodys_own_holds_until_the_transaction_ends(world: World) -> None:
    with taken_back(), tenant_context(world.acme):
        rows(EMAILS)
        rows(f"SET LOCAL search_path TO {world.globex.schema_name}")
        assert rows(EMAILS) == GLOBEXES
    assert seen(world.acme, EMAILS) == ACMES


def test_a_search_path_of_somebodys_own_is_not_gone_by_outside_of_one(world: World) -> None:
    with tenant_context(world.acme):
        rows(f"SET search_path TO {world.globex.schema_name}")
        assert rows(EMAILS) == ACMES
    connections["default"].close()


def test_the_names_of_all_schemas_can_be_read(world: World) -> None:
    """They are random, and say nothing of whose they are."""
    ((number,),) = seen(world.acme, "SELECT count(*) FROM pg_namespace WHERE nspname ~ '^t_[0-9a-f]{16}$'")
    assert number >= 2
