"""Bringing all tenants' places up to date.

One query says which migrations each schema has. Where none is missing, nothing is visited. Of the others, those that
have the same ones are migrated alike: the first by Django, and the rest by running the same statements again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from queue import SimpleQueue

from django.db import DatabaseError, OperationalError
from psycopg.sql import SQL, Identifier, Literal

from tenants.models import Tenant

from . import replay
from .backend.base import DatabaseWrapper
from .provisioning import migrate_recording, migrate_tenant, new_owner

Report = Callable[[Tenant, Exception | None], None]
Owners = SimpleQueue[DatabaseWrapper]

# A query for each schema at once would need a lock for each, of which PostgreSQL has some thousands.
_SCHEMAS_PER_QUERY = 250


def migrate_fleet(
    tenants: Sequence[Tenant], *, parallel: int, report: Callable[[Tenant, Exception | None], None]
) -> None:
    """Migrate each tenant's schema, `parallel` at a time.

    Each is reported once, from the calling thread: with None, or with what went wrong. The others go on.
    """
    wanted = replay.wanted()
    with _owners(parallel) as owners:
        for applied, cohort in _cohorts(tenants, owners).items():
            if applied is not None and wanted <= applied:
                for tenant in cohort:
                    report(tenant, None)
            else:
                _migrate_alike(cohort, owners, parallel, report)


@contextmanager
def _owners(count: int) -> Iterator[Owners]:
    """So many connections of the owner's, to be taken and given back by any thread."""
    connections = [new_owner("owner") for _ in range(count)]
    owners: Owners = SimpleQueue()
    for connection in connections:
        connection.inc_thread_sharing()
        owners.put(connection)
    try:
        yield owners
    finally:
        for connection in connections:
            connection.close()


@contextmanager
def _taken_from(owners: Owners) -> Iterator[DatabaseWrapper]:
    owner = owners.get()
    try:
        yield owner
    finally:
        owners.put(owner)


def _cohorts(tenants: Sequence[Tenant], owners: Owners) -> dict[frozenset[replay.Key] | None, list[Tenant]]:
    """Tenants by the migrations their schemas have; None for those without a table that says so."""
    with _taken_from(owners) as owner:
        applied = _applied(owner, [tenant.schema_name for tenant in tenants])
    cohorts = defaultdict(list)
    for tenant in tenants:
        cohorts[applied.get(tenant.schema_name)].append(tenant)
    return cohorts


def _applied(owner: DatabaseWrapper, schemas: list[str]) -> dict[str, frozenset[replay.Key]]:
    found: dict[str, frozenset[replay.Key]] = {}
    one = SQL("SELECT {}, array_agg(ARRAY[app, name]) FROM {}.django_migrations")
    with owner.cursor() as cursor:
        cursor.execute(
            "SELECT schemaname FROM pg_tables WHERE tablename = 'django_migrations' AND schemaname = ANY(%s)", [schemas]
        )
        present = [schema for (schema,) in cursor.fetchall()]
        for start in range(0, len(present), _SCHEMAS_PER_QUERY):
            some = present[start : start + _SCHEMAS_PER_QUERY]
            each = [one.format(Literal(schema), Identifier(schema)) for schema in some]
            cursor.execute(SQL(" UNION ALL ").join(each))
            found |= {schema: frozenset(map(tuple, rows or [])) for schema, rows in cursor.fetchall()}
    return found


def _migrate_alike(cohort: list[Tenant], owners: Owners, parallel: int, report: Report) -> None:
    """Migrate the first that can be, then the others by what that ran."""
    for number, tenant in enumerate(cohort, start=1):
        try:
            batch = migrate_recording(tenant)
        except Exception as error:
            report(tenant, error)
        else:
            report(tenant, None)
            _migrate_rest(cohort[number:], batch, owners, parallel, report)
            return


def _migrate_rest(cohort: list[Tenant], batch: str | None, owners: Owners, parallel: int, report: Report) -> None:
    with ThreadPoolExecutor(parallel) as pool:
        tenants = {pool.submit(_migrate_one, tenant, batch, owners): tenant for tenant in cohort}
        for future in as_completed(tenants):
            error = future.exception()
            if error is not None and not isinstance(error, Exception):
                raise error
            report(tenants[future], error)


def _migrate_one(tenant: Tenant, batch: str | None, owners: Owners) -> None:
    """By the batch, if there is one and it fits; a schema that has been changed by hand may need Django's own look."""
    if batch is not None:
        with _taken_from(owners) as owner:
            try:
                replay.run(owner, tenant.schema_name, batch)
                return
            except OperationalError:  # a lock that was not to be had, a connection that is gone
                owner.close()
                raise
            except DatabaseError:
                pass
    migrate_tenant(tenant)
