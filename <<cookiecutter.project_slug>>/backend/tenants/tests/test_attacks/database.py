"""What SQL tries to get out of the tenant's database: what is stopped, even where the SQL is somebody's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.db import connections
from psycopg.errors import FeatureNotSupported, InsufficientPrivilege
from pytest_django.plugin import DjangoDbBlocker

from conftest import World
from tenants.isolation.databases import alias_of
from tenants.isolation.names import control_plane, template_name
from tenants.models import Tenant

APP = connections["default"].settings_dict["USER"]
OWNER = connections["owner"].settings_dict["USER"]


@pytest.fixture
def world(world: World, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """The two tenants, with no transaction open."""
    with django_db_blocker.unblock():
        connections["default"].close()
        yield world


@contextmanager
def session(tenant: Tenant, database: str = "") -> Iterator[psycopg.Connection[Any]]:
    """Somebody with the tenant's own role, in a database: mostly its own."""
    user = connections[alias_of(tenant)].settings_dict
    with psycopg.connect(
        host=user["HOST"],
        port=user["PORT"] or None,
        user=user["USER"],
        password=user["PASSWORD"],
        dbname=database or user["NAME"],
        autocommit=True,
    ) as connection:
        yield connection


def names(world: World) -> dict[str, str]:
    return {"acme": world.acme.database, "globex": world.globex.database, "app": APP, "owner": OWNER}


@pytest.mark.parametrize("role", ["globex", "app", "owner"])
@pytest.mark.parametrize("statement", ["SET ROLE {}", "SET SESSION AUTHORIZATION {}", "GRANT {} TO {acme}"])
def test_no_other_role_can_be_taken(world: World, statement: str, role: str) -> None:
    known = names(world)
    with session(world.acme) as acme, pytest.raises(InsufficientPrivilege, match="permission denied"):
        acme.execute(statement.format(known[role], **known))


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER ROLE {acme} CREATEDB",
        "ALTER ROLE {acme} SUPERUSER",
        "ALTER ROLE {globex} PASSWORD 'loot'",
        "CREATE ROLE loot",
        "CREATE DATABASE loot TEMPLATE {globex}",
        "ALTER DATABASE {globex} OWNER TO {acme}",
        "ALTER DATABASE {acme} RENAME TO loot",
        "DROP DATABASE {globex}",
        "CREATE TABLE loot ()",
        "CREATE TEMPORARY TABLE loot ()",
        "CREATE SCHEMA loot",
        "CREATE FUNCTION public.loot() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "ALTER TABLE members_member ADD COLUMN loot text",
        "COPY members_member TO '/tmp/loot'",
        "COPY (SELECT 1) TO PROGRAM 'cat'",
        "SELECT pg_read_file('PG_VERSION')",
        "SELECT pg_ls_dir('base')",
    ],
)
def test_a_tenants_role_is_denied(world: World, statement: str) -> None:
    denied = pytest.raises(InsufficientPrivilege, match=r"permission denied|must be (owner|superuser)")
    with session(world.acme) as acme, denied:
        acme.execute(statement.format(**names(world)))


@pytest.mark.parametrize("extension", ["dblink", "postgres_fdw"])
def test_no_way_into_another_database_can_be_made(world: World, extension: str) -> None:
    with session(world.acme) as acme, pytest.raises((InsufficientPrivilege, FeatureNotSupported)):
        acme.execute(f"CREATE EXTENSION {extension}")


def test_another_database_cannot_be_named(world: World) -> None:
    named = f'SELECT * FROM "{world.globex.database}".public.members_member'
    with session(world.acme) as acme, pytest.raises(FeatureNotSupported, match="cross-database references"):
        acme.execute(named)


def test_the_right_to_connect_cannot_be_passed_on(world: World) -> None:
    with session(world.acme) as acme:
        acme.execute(f"GRANT CONNECT ON DATABASE {world.acme.database} TO {world.globex.database}")  # a warning
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        session(world.globex, world.acme.database).__enter__()


@pytest.mark.parametrize("database", [control_plane, template_name])
def test_neither_the_control_planes_database_nor_the_template_is_open(world: World, database: Any) -> None:
    with pytest.raises(psycopg.OperationalError, match=r"permission denied|not currently accepting"):
        session(world.acme, database()).__enter__()


def test_what_others_ask_is_hidden_and_cannot_be_ended(world: World) -> None:
    with session(world.acme) as acme, session(world.globex) as globex:
        globex.execute("SELECT 'secret'")
        number = globex.info.backend_pid
        query = acme.execute("SELECT query FROM pg_stat_activity WHERE pid = %s", [number]).fetchall()
        assert query == [("<insufficient privilege>",)]
        with pytest.raises(InsufficientPrivilege, match="permission denied to terminate"):
            acme.execute("SELECT pg_terminate_backend(%s)", [number])
        assert globex.execute("SELECT 1").fetchall() == [(1,)]


# --- What is not stopped ---------------------------------------------------------------------------------------------


def test_the_names_of_all_databases_can_be_read(world: World) -> None:
    """They are random, and say nothing of whose they are."""
    with session(world.acme) as acme:
        found = {name for (name,) in acme.execute("SELECT datname FROM pg_database")}
    assert {world.acme.database, world.globex.database} <= found


def test_sql_of_somebodys_own_does_anything_to_the_tenants_own_rows(world: World) -> None:
    with session(world.acme) as acme, acme.transaction(force_rollback=True):
        assert acme.execute("DELETE FROM members_member").rowcount == 3
