"""The database that a tenant's is copied from: that takes a fraction of the time that its migrations take.

Nobody may connect to it, as PostgreSQL copies no database that is in use. A comment says what it was made from; one
that a killed process left half made has none.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from psycopg.sql import SQL, Identifier, Literal

from tenants.executor import Executor

from .aliases import server_of
from .names import template_name
from .owner import EXCLUSIVE, RELEASE, RELEASE_SHARED, SHARED, as_owner, execute, rows
from .versions import source_version


def copy_template(server: Any, database: str) -> None:
    """Make the database as a copy of the template, which is renewed first if it is missing or not this code's.

    WAL_LOG, as the other strategy makes two checkpoints, which take seconds on a busy server.
    """
    with _locked(server, SHARED, RELEASE_SHARED):
        if _is_current(server):
            _copy(server, database)
            return
    with _locked(server, EXCLUSIVE, RELEASE):
        _renew(server)
        _copy(server, database)


def renew_template(server: Any) -> None:
    """Make the template anew if it is missing or not this code's."""
    with _locked(server, EXCLUSIVE, RELEASE):
        _renew(server)


def migrate_as_owner(connection: Any) -> Executor:
    """Apply the tenant apps' migrations over the owner's connection to a database."""
    executor = Executor(connection)
    leaves = executor.loader.graph.leaf_nodes()
    executor.migrate([leaf for leaf in leaves if leaf[0] in settings.TENANT_APPS])
    return executor


@contextmanager
def _locked(server: Any, lock: str, unlock: str) -> Iterator[None]:
    rows(server, lock, template_name())
    try:
        yield
    finally:
        rows(server, unlock, template_name())


def _is_current(server: Any) -> bool:
    found = rows(
        server,
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s AND NOT datallowconn",
        template_name(),
    )
    return found == [(source_version(),)]


def _copy(server: Any, database: str) -> None:
    execute(server, "CREATE DATABASE {} TEMPLATE {} STRATEGY WAL_LOG", database, template_name())


def _renew(server: Any) -> None:
    if _is_current(server):
        return
    name = template_name()
    execute(server, "DROP DATABASE IF EXISTS {}", name)
    if not rows(server, "SELECT 1 FROM pg_roles WHERE rolname = %s", name):
        execute(server, "CREATE ROLE {} NOLOGIN", name)
    execute(server, "CREATE DATABASE {} TEMPLATE template0", name)
    execute(server, "REVOKE ALL ON DATABASE {} FROM PUBLIC", name)
    with as_owner(name, server_of(server.alias)) as template:
        migrate_as_owner(template)
    execute(server, "ALTER DATABASE {} ALLOW_CONNECTIONS false", name)
    with server.cursor() as cursor:
        cursor.execute(SQL("COMMENT ON DATABASE {} IS {}").format(Identifier(name), Literal(source_version())))
