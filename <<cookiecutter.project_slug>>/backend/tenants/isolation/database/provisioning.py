"""Making and removing the place of a tenant's rows: its database, and the role that may connect to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, cast

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor
from psycopg.sql import SQL, Identifier, Literal

from tenants.context import tenant_context
from tenants.isolation.backend.base import DatabaseWrapper
from tenants.models import Tenant

from .aliases import OWNER
from .connections import forget
from .databases import alias_of


def provision(tenant: Tenant) -> None:
    """Make the tenant's database, its role and the tables: all or nothing.

    They are removed again if a step fails, and if the transaction that is to hold the tenant's own row is rolled
    back. This works over connections of its own, as CREATE DATABASE cannot run inside a transaction.
    """
    with _as_owner(_control_plane()) as server:
        _close_to_public(server)
        _execute(server, "CREATE DATABASE {} TEMPLATE template0", tenant.database)
        try:
            _let_in(server, tenant)
            migrate_tenant(tenant)
        except BaseException:
            deprovision(tenant)
            raise
    cast(DatabaseWrapper, connections[DEFAULT_DB_ALIAS]).on_rollback(partial(deprovision, tenant))


def deprovision(tenant: Tenant) -> None:
    """Drop the tenant's database and role, and end the sessions there. It is no error if there are none."""
    forget(connections[alias_of(tenant)])
    with _as_owner(_control_plane()) as server:
        if _rows(server, "SELECT 1 FROM pg_database WHERE datname = %s", tenant.database):
            _drop(server, tenant.database)
        _execute(server, "DROP ROLE IF EXISTS {}", tenant.database)


def migrate_tenant(tenant: Tenant) -> None:
    """Bring the tables of the tenant's database up to date.

    In a data migration, query `using(schema_editor.connection.alias)`, as Django has it for several databases.
    """
    with tenant_context(tenant), _as_owner(tenant.database) as connection:
        executor = MigrationExecutor(connection)
        leaves = executor.loader.graph.leaf_nodes()
        executor.migrate([leaf for leaf in leaves if leaf[0] in settings.TENANT_APPS])


def _close_to_public(server: Any) -> None:
    """PostgreSQL lets every role connect to every database; the control plane's is for the application alone.

    Raises ImproperlyConfigured if the owner does not own the database, as tenants' roles could then connect to it.
    """
    question = "SELECT has_database_privilege('public', current_database(), 'CONNECT')"
    if _rows(server, question) == [(True,)]:
        application = connections[DEFAULT_DB_ALIAS].settings_dict["USER"]
        _execute(server, "GRANT CONNECT ON DATABASE {} TO {}", _control_plane(), application)
        _execute(server, "REVOKE ALL ON DATABASE {} FROM PUBLIC", _control_plane())
    if _rows(server, question) == [(True,)]:
        raise ImproperlyConfigured(
            f"Tenants' roles could connect to the database '{_control_plane()}': make the role of DATABASE_OWNER_URL "
            "its owner (ALTER DATABASE … OWNER TO …)."
        )


def _let_in(server: Any, tenant: Tenant) -> None:
    """Make the role, which may connect to its own database and to no other.

    The owner becomes a member of it, to be allowed to end its sessions. The password is hashed here, so that it does
    not appear in the server's log.
    """
    name = tenant.database
    password = connections[alias_of(tenant)].settings_dict["PASSWORD"]
    verifier = server.connection.pgconn.encrypt_password(password.encode(), name.encode()).decode()
    with server.cursor() as cursor:
        cursor.execute(SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(Identifier(name), Literal(verifier)))
    _execute(server, "GRANT {} TO CURRENT_USER", name)
    _execute(server, "REVOKE ALL ON DATABASE {} FROM PUBLIC", name)
    _execute(server, "GRANT CONNECT ON DATABASE {} TO {}", name, name)


def _drop(server: Any, database: str) -> None:
    """Drop a database that may be in use.

    Not WITH (FORCE), which a plain role is refused while autovacuum works there. Without it PostgreSQL itself sends
    autovacuum away, and waits up to 5 s for the sessions that were told to end.
    """
    _execute(server, "ALTER DATABASE {} ALLOW_CONNECTIONS false", database)
    _rows(
        server,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pg_has_role(usesysid, 'USAGE')",
        database,
    )
    _execute(server, "DROP DATABASE {}", database)


def _control_plane() -> str:
    return str(connections[DEFAULT_DB_ALIAS].settings_dict["NAME"])


@contextmanager
def _as_owner(database: str) -> Iterator[Any]:
    """A connection of the owner's to the database, closed at the end: a web process should not keep one."""
    connection = connections[OWNER + database]
    try:
        connection.ensure_connection()
        yield connection
    finally:
        forget(connection)


def _execute(server: Any, statement: str, *names: str) -> None:
    """Run a statement with names of databases and roles in the place of {}."""
    with server.cursor() as cursor:
        cursor.execute(SQL(statement).format(*map(Identifier, names)))


def _rows(server: Any, query: str, *parameters: object) -> list[tuple[Any, ...]]:
    with server.cursor() as cursor:
        cursor.execute(query, parameters or None)
        return list(cursor.fetchall())
