"""Moving a tenant's database to another server: its dump is restored there, its row is changed, the old one dropped.

Run again, it goes on after a process that was killed at any step: what that left half made is made anew, and what was
finished by the change of the row is only tidied up.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import Any

from django.conf import settings
from django.db import connections
from psycopg.sql import SQL, Identifier

from tenants.models import Tenant

from . import servers
from .aliases import OWNER, alias_on
from .connections import forget
from .databases import alias_of
from .names import control_plane
from .owner import EXCLUSIVE_OR_NOT, as_owner, execute, on_server, rows
from .provisioning import end_sessions, let_in, places, remove_place


class MoveFailed(RuntimeError):
    """The tenant stays where it was; the message says why."""


def move(tenant: Tenant, server_name: str) -> None:
    """Move the tenant's database. Meanwhile nobody can work with it: `is_ready` says no, and its role cannot log in.

    To the server where it is, it only takes back what an earlier move left. Raises MoveFailed: the tenant's rows are
    where they were then, and can be worked with again.
    """
    if server_name not in servers.names():
        raise MoveFailed(f"There is no server '{server_name}': TENANT_SERVERS names {', '.join(servers.names()[1:])}.")
    with as_owner(control_plane()) as control:
        if rows(control, EXCLUSIVE_OR_NOT, tenant.database) == [(False,)]:
            raise MoveFailed("Somebody else is at work on the tenant's database. Wait for them to end.")
        tenant.refresh_from_db()
        if tenant.server != server_name:
            _copy_and_switch(tenant, server_name)
        _open(tenant)
        for other in servers.names():
            if other != tenant.server and tenant.database in places(other):
                remove_place(tenant.database, other)


def _copy_and_switch(tenant: Tenant, target: str) -> None:
    _close(tenant)
    try:
        _make_empty(tenant, target)
        _copy(tenant, target)
        _compare(tenant, target)
    except Exception:
        _open(tenant)
        remove_place(tenant.database, target)
        raise
    _update(tenant, server=target, moving=False)


def _close(tenant: Tenant) -> None:
    """Let nobody in, and send away who is there: what is written from now on would be lost."""
    _update(tenant, moving=True)
    with on_server(tenant.server) as server:
        execute(server, "ALTER ROLE {} NOLOGIN", tenant.database)
        end_sessions(server, tenant.database)
    forget(connections[alias_of(tenant)])


def _open(tenant: Tenant) -> None:
    with on_server(tenant.server) as server:
        execute(server, "ALTER ROLE {} LOGIN", tenant.database)
    _update(tenant, moving=False)


def _update(tenant: Tenant, **values: Any) -> None:
    """Change the tenant's row in one statement."""
    Tenant.objects.filter(pk=tenant.pk).update(**values)
    for name, value in values.items():
        setattr(tenant, name, value)


def _make_empty(tenant: Tenant, target: str) -> None:
    remove_place(tenant.database, target)
    with on_server(target) as server:
        execute(server, "CREATE DATABASE {} TEMPLATE template0", tenant.database)
        let_in(server, tenant)


def _copy(tenant: Tenant, target: str) -> None:
    """Hand the dump on as it comes. Rights are kept, as the role has the same name there; owners are not."""
    dump, restore = _program("pg_dump"), _program("pg_restore")
    source, goal = _environment(tenant.database, tenant.server), _environment(tenant.database, target)
    with subprocess.Popen(  # noqa: S603  (PostgreSQL's own program, with no argument of anybody's)
        [dump, "--format=custom", "--no-owner"], env=source, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as dumping:
        restored = subprocess.run(  # noqa: S603  (likewise)
            [restore, "--no-owner", "--exit-on-error", "--single-transaction", "--dbname", tenant.database],
            env=goal,
            stdin=dumping.stdout,
            capture_output=True,
        )
        _, dump_errors = dumping.communicate()
    if dumping.returncode or restored.returncode:
        said = (dump_errors + restored.stderr).decode(errors="replace").strip()
        raise MoveFailed(f"The database could not be copied: {said}")


def _program(name: str) -> str:
    found = shutil.which(name)
    if not found:
        raise MoveFailed(
            f"`{name}` is not found: install PostgreSQL's client programs, of the servers' version or newer."
        )
    return found


def _environment(database: str, server: str) -> dict[str, str]:
    """The connection for PostgreSQL's own programs: not in the arguments, which every user of the machine sees."""
    owner = settings.DATABASES[alias_on(OWNER, database, server)]
    values = {
        "PGHOST": owner["HOST"],
        "PGPORT": str(owner["PORT"]),
        "PGUSER": owner["USER"],
        "PGPASSWORD": owner["PASSWORD"],
        "PGDATABASE": database,
        "PGSSLMODE": owner.get("OPTIONS", {}).get("sslmode", ""),
    }
    return {"PATH": os.environ.get("PATH", os.defpath), **{name: value for name, value in values.items() if value}}


def _compare(tenant: Tenant, target: str) -> None:
    before, after = (_contents(tenant.database, server) for server in (tenant.server, target))
    if before != after:
        different = sorted({table for table, *_ in before ^ after})
        raise MoveFailed(f"The copy has other rows than the original, in {', '.join(different)}.")


def _contents(database: str, server: str) -> set[tuple[str, int, int]]:
    """Each table with its number of rows and a hash of them, whatever their order."""
    with as_owner(database, server) as connection:
        tables = rows(connection, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return {(table, *_count(connection, table)) for (table,) in tables}


def _count(connection: Any, table: str) -> tuple[int, int]:
    question = SQL("SELECT count(*), coalesce(bit_xor(hashtextextended(r::text, 0)), 0) FROM {} r")
    with connection.cursor() as cursor:
        cursor.execute(question.format(Identifier("public", table)))
        return cursor.fetchone()  # type: ignore[no-any-return]
