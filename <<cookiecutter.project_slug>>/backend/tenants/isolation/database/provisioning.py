"""Making and removing the place of a tenant's rows: its database, and the role that may connect to it."""

from __future__ import annotations

from functools import partial
from typing import Any, cast

from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from psycopg.sql import SQL, Identifier, Literal

from tenants.context import tenant_context
from tenants.isolation.backend.base import DatabaseWrapper
from tenants.models import Tenant

from . import servers
from .connections import forget
from .databases import alias_of
from .names import control_plane, template_name, tenants_pattern
from .owner import EXCLUSIVE_OR_NOT, SHARED, SHARED_UNTIL_COMMIT, as_owner, execute, on_server, rows
from .template import copy_template, migrate_as_owner
from .versions import version_of

HAND_OVER = """
DO $$
DECLARE granted record;
BEGIN
    FOR granted IN
        SELECT relname, string_agg(privilege_type, ', ') AS rights
        FROM pg_class, aclexplode(relacl)
        WHERE relnamespace = 'public'::regnamespace AND grantee = {template}::regrole
        GROUP BY relname
    LOOP
        EXECUTE format('GRANT %s ON public.%I TO %I', granted.rights, granted.relname, {role});
        EXECUTE format('REVOKE ALL ON public.%I FROM %I', granted.relname, {template_name});
    END LOOP;
END $$
"""
"""Gives the tenant's role what the schema editor granted to the one that stands in for it in the template."""


def provision(tenant: Tenant) -> None:
    """Make the tenant's database, with the tables, and its role: all or nothing.

    They are removed again if a step fails, and if the transaction that is to hold the tenant's own row is rolled
    back. This works over connections of its own, as CREATE DATABASE cannot run inside a transaction. Until that
    transaction ends, a lock tells `remove_orphans` to leave the place alone.
    """
    with transaction.atomic():
        rows(connections[DEFAULT_DB_ALIAS], SHARED_UNTIL_COMMIT, tenant.database)
        with on_server(tenant.server) as server:
            if not tenant.server:
                _close_to_public(server)
            copy_template(server, tenant.database)
            try:
                let_in(server, tenant)
                _hand_over(tenant)
            except BaseException:
                _remove(server, tenant.database)
                raise
        cast(DatabaseWrapper, connections[DEFAULT_DB_ALIAS]).on_rollback(partial(deprovision, tenant))


def deprovision(tenant: Tenant) -> None:
    """Drop the tenant's database and role, and end the sessions there. It is no error if there are none."""
    connection = cast(DatabaseWrapper, connections[alias_of(tenant)])
    forget(connection)
    connection.close_pool()
    with as_owner(control_plane()) as control:
        rows(control, SHARED, tenant.database)
        remove_place(tenant.database, tenant.server)


def remove_place(database: str, server_name: str) -> None:
    """Drop the database and the role of that name on the server, whatever of them is there."""
    with on_server(server_name) as server:
        _remove(server, database)


def migrate_tenant(tenant: Tenant) -> None:
    """Bring the tables of the tenant's database up to date, and note that in the tenant's row.

    In a data migration, query `using(schema_editor.connection.alias)`, as Django has it for several databases.
    """
    note_version(tenant, migrate_database(tenant))


def migrate_database(tenant: Tenant) -> str:
    """Bring the tables of the tenant's database up to date, and return the version that it has then."""
    with tenant_context(tenant), as_owner(control_plane()) as control:
        rows(control, SHARED, tenant.database)
        with as_owner(tenant.database, tenant.server) as connection:
            return version_of(migrate_as_owner(connection).recorder.applied_migrations())


def note_version(tenant: Tenant, version: str) -> None:
    """Keep in the tenant's row what was applied to its database."""
    tenant.version = version
    Tenant.objects.filter(pk=tenant.pk).update(version=version)


def orphans() -> list[str]:
    """The names of the databases and roles that are no tenant's, as a killed process leaves them."""
    return [place for server in servers.names() for place in _orphans(server)]


def remove_orphans() -> list[str]:
    """Drop the databases and roles that are no tenant's. Their names are returned.

    One that somebody is at work on is left alone.
    """
    return [place for server in servers.names() for place in _orphans(server) if _remove_orphan(place, server)]


def _orphans(server: str) -> list[str]:
    tenants = set(Tenant.objects.filter(server=server).values_list("database", flat=True))
    return [place for place in places(server) if place not in tenants]


def places(server_name: str) -> list[str]:
    """The names of all tenants' databases and roles on the server, those that are only one of both included."""
    with on_server(server_name) as server:
        found = rows(
            server,
            "SELECT datname FROM pg_database WHERE datname ~ %s UNION SELECT rolname FROM pg_roles WHERE rolname ~ %s",
            tenants_pattern(),
            tenants_pattern(),
        )
    return sorted(name for (name,) in found)


def _remove_orphan(place: str, server_name: str) -> bool:
    """Drop the place unless it is a tenant's by now, or somebody is at work on it."""
    with as_owner(control_plane()) as control:
        # Whoever held the lock may have committed the row just before they let go of it: so ask once more.
        if rows(control, EXCLUSIVE_OR_NOT, place) == [(False,)]:
            return False
        if Tenant.objects.filter(database=place, server=server_name).exists():
            return False
        remove_place(place, server_name)
    return True


def _close_to_public(server: Any) -> None:
    """PostgreSQL lets every role connect to every database; the control plane's is for the application alone.

    Raises ImproperlyConfigured if the owner does not own the database, as tenants' roles could then connect to it.
    """
    question = "SELECT has_database_privilege('public', current_database(), 'CONNECT')"
    if rows(server, question) == [(True,)]:
        application = connections[DEFAULT_DB_ALIAS].settings_dict["USER"]
        execute(server, "GRANT CONNECT ON DATABASE {} TO {}", control_plane(), application)
        execute(server, "REVOKE ALL ON DATABASE {} FROM PUBLIC", control_plane())
    if rows(server, question) == [(True,)]:
        raise ImproperlyConfigured(
            f"Tenants' roles could connect to the database '{control_plane()}': make the role of DATABASE_OWNER_URL "
            "its owner (ALTER DATABASE … OWNER TO …)."
        )


def _remove(server: Any, database: str) -> None:
    if rows(server, "SELECT 1 FROM pg_database WHERE datname = %s", database):
        _drop(server, database)
    execute(server, "DROP ROLE IF EXISTS {}", database)


def let_in(server: Any, tenant: Tenant) -> None:
    """Make the role, which may connect to its own database and to no other.

    The owner becomes a member of it, to be allowed to end its sessions. The password is hashed here, so that it does
    not appear in the server's log.
    """
    name = tenant.database
    password = connections[alias_of(tenant)].settings_dict["PASSWORD"]
    verifier = server.connection.pgconn.encrypt_password(password.encode(), name.encode()).decode()
    with transaction.atomic(using=server.alias):
        with server.cursor() as cursor:
            cursor.execute(SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(Identifier(name), Literal(verifier)))
        execute(server, "GRANT {} TO CURRENT_USER", name)
        execute(server, "REVOKE ALL ON DATABASE {} FROM PUBLIC", name)
        execute(server, "GRANT CONNECT ON DATABASE {} TO {}", name, name)


def _hand_over(tenant: Tenant) -> None:
    names = {"template": template_name(), "template_name": template_name(), "role": tenant.database}
    with as_owner(tenant.database, tenant.server) as connection, connection.cursor() as cursor:
        literals = {key: Literal(name) for key, name in names.items()}
        cursor.execute(SQL(HAND_OVER).format(**literals))


def _drop(server: Any, database: str) -> None:
    """Drop a database that may be in use.

    Not WITH (FORCE), which a plain role is refused while autovacuum works there. Without it PostgreSQL itself sends
    autovacuum away, and waits up to 5 s for the sessions that were told to end.
    """
    execute(server, "ALTER DATABASE {} ALLOW_CONNECTIONS false", database)
    end_sessions(server, database)
    execute(server, "DROP DATABASE {}", database)


def end_sessions(server: Any, database: str) -> None:
    """End the sessions in the database."""
    rows(
        server,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pg_has_role(usesysid, 'USAGE')",
        database,
    )
