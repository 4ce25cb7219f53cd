"""Making, migrating and removing the schema of a tenant, as the role that owns it."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import cast

from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.migrations.recorder import MigrationRecorder

from tenants.isolation.backend.base import DatabaseWrapper
from tenants.models import Tenant

from . import replay
from .names import SCHEMA_NAME, TENANTS_PATTERN

_HOLD = "SELECT pg_advisory_xact_lock_shared(hashtextextended(%s, 0))"
_TAKE = "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))"
"""The lock of a schema: whoever makes it holds it until the tenant's row is committed; an orphan's is free."""


def provision(tenant: Tenant) -> None:
    """Make the tenant's schema with its tables: all or nothing.

    They are made over a connection of the owner's, at once, and removed again if a step fails or the transaction that
    is to hold the tenant's own row is rolled back. The first tenant of a process is migrated; what that ran is run
    again for the next ones, as one message. Until the transaction of the tenant's row ends, a lock tells
    `remove_orphans` to leave the schema alone.
    """
    SCHEMA_NAME(tenant.schema_name)
    with transaction.atomic():
        _provision(tenant)


def _provision(tenant: Tenant) -> None:
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(_HOLD, [tenant.schema_name])
    with _owner_in(tenant) as owner:
        with owner.schema_editor() as editor:
            editor.create_schema(tenant.schema_name)
        try:
            _fill(owner)
        except BaseException:
            _drop(owner, tenant)
            raise
    cast(DatabaseWrapper, connections[DEFAULT_DB_ALIAS]).on_rollback(partial(deprovision, tenant))


def deprovision(tenant: Tenant) -> None:
    """Drop the tenant's schema with every row in it. It is no error if there is none, or a part of one.

    Raises OperationalError after five seconds if someone, or the caller's own transaction, is at work in it.
    """
    with _owner_in(tenant) as owner:
        _drop(owner, tenant)


def orphans() -> list[str]:
    """The names of the schemas that are no tenant's, as a killed process leaves them."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname ~ %s ORDER BY nspname", [TENANTS_PATTERN])
        schemas = {schema for (schema,) in cursor.fetchall()}
    return sorted(schemas.difference(Tenant.objects.using("owner").values_list("schema_name", flat=True)))


def remove_orphans() -> list[str]:
    """Drop the schemas that are no tenant's. Their names are returned.

    One that somebody is at work on is left alone.
    """
    return [schema for schema in orphans() if _remove_orphan(schema)]


def _remove_orphan(schema: str) -> bool:
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute(_TAKE, [schema])
        # Whoever held the lock may have committed the row just before they let go of it: so ask once more.
        if cursor.fetchone() == (False,) or Tenant.objects.using("owner").filter(schema_name=schema).exists():
            return False
        deprovision(Tenant(schema_name=schema))
    return True


def migrate_recording(tenant: Tenant) -> str | None:
    """`migrate_tenant`, and what to run in other schemas to the same effect; None where that cannot be told."""
    with _owner_in(tenant) as owner:
        _refuse_missing_schema(owner, tenant)
        with replay.recording(owner) as statements:
            return replay.migrate(owner, statements)


def migrate_tenant(tenant: Tenant) -> None:
    """Apply the tenant apps' migrations to the tenant's schema.

    Raises ImproperlyConfigured where there is no such schema: its tables would be made in `public`.
    """
    migrate_recording(tenant)


def new_owner(alias: str) -> DatabaseWrapper:
    """The owner, on a connection that is nobody else's. It is not open yet."""
    settings_dict = connections["owner"].settings_dict
    # The connections of a pool are open already, in another schema.
    return DatabaseWrapper({**settings_dict, "OPTIONS": {**settings_dict["OPTIONS"], "pool": False}}, alias)


@contextmanager
def _owner_in(tenant: Tenant) -> Iterator[DatabaseWrapper]:
    """The owner, on a connection of its own that stays in the tenant's schema. Until the block ends it has an alias.

    So a data migration finds it too, by `using(schema_editor.connection.alias)`.
    """
    SCHEMA_NAME(tenant.schema_name)
    alias = f"owner:{tenant.schema_name}"
    owner = new_owner(alias)
    owner.schema = tenant.schema_name
    connections[alias] = owner
    try:
        yield owner
    finally:
        del connections[alias]
        owner.close()


_batches: dict[frozenset[replay.Key], str | None] = {}
"""What fills a new schema, by the migrations that it has then; None where they must run one by one."""


def _fill(owner: DatabaseWrapper) -> None:
    wanted = replay.wanted()
    batch = _batches.get(wanted)
    if batch is None:
        _batches[wanted] = _migrate_new(owner)
    else:
        replay.run(owner, str(owner.schema), batch)


def _migrate_new(owner: DatabaseWrapper) -> str | None:
    with replay.recording(owner) as statements:
        with owner.schema_editor() as editor:
            # Made here, as Django would take the one in `public` for it.
            editor.create_model(MigrationRecorder.Migration)
        return replay.migrate(owner, statements)


def _drop(owner: DatabaseWrapper, tenant: Tenant) -> None:
    more = True
    while more:
        with owner.schema_editor() as editor:
            more = editor.drop_some_tables(tenant.schema_name)
    with owner.schema_editor() as editor:
        editor.drop_schema(tenant.schema_name)


def _refuse_missing_schema(owner: DatabaseWrapper, tenant: Tenant) -> None:
    with owner.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        (found,) = cursor.fetchone()
    if found != tenant.schema_name:
        raise ImproperlyConfigured(
            f"The tenant '{tenant.slug}' has no schema '{tenant.schema_name}'. Restore it from a backup, or delete "
            "the tenant."
        )
