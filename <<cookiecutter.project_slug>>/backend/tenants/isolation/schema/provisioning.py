"""Making, migrating and removing the schema of a tenant, as the role that owns it."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import cast

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from tenants.isolation.backend.base import DatabaseWrapper
from tenants.models import Tenant

from .names import SCHEMA_NAME


def provision(tenant: Tenant) -> None:
    """Make the tenant's schema with its tables: all or nothing.

    They are made over a connection of the owner's, at once, and removed again if a step fails or the transaction that
    is to hold the tenant's own row is rolled back.
    """
    with _owner_in(tenant) as owner:
        with owner.schema_editor() as editor:
            editor.create_schema(tenant.schema_name)
            # Made here, as Django would take the one in `public` for it.
            editor.create_model(MigrationRecorder.Migration)
        try:
            _migrate(owner)
        except BaseException:
            _drop(owner, tenant)
            raise
    cast(DatabaseWrapper, connections[DEFAULT_DB_ALIAS]).on_rollback(partial(deprovision, tenant))


def deprovision(tenant: Tenant) -> None:
    """Drop the tenant's schema with every row in it, at once. It is no error if there is none.

    Raises OperationalError after five seconds if someone, or the caller's own transaction, is at work in it.
    """
    with _owner_in(tenant) as owner:
        _drop(owner, tenant)


def migrate_tenant(tenant: Tenant) -> None:
    """Apply the tenant apps' migrations to the tenant's schema.

    Raises ImproperlyConfigured where there is no such schema: its tables would be made in `public`.
    """
    with _owner_in(tenant) as owner:
        _refuse_missing_schema(owner, tenant)
        _migrate(owner)


@contextmanager
def _owner_in(tenant: Tenant) -> Iterator[DatabaseWrapper]:
    """The owner, on a connection of its own that stays in the tenant's schema. Until the block ends it has an alias.

    So a data migration finds it too, by `using(schema_editor.connection.alias)`.
    """
    SCHEMA_NAME(tenant.schema_name)
    alias = f"owner:{tenant.schema_name}"
    settings_dict = connections["owner"].settings_dict
    # The connections of a pool are open already, in another schema.
    owner = DatabaseWrapper({**settings_dict, "OPTIONS": {**settings_dict["OPTIONS"], "pool": False}}, alias)
    owner.schema = tenant.schema_name
    connections[alias] = owner
    try:
        yield owner
    finally:
        del connections[alias]
        owner.close()


def _migrate(owner: DatabaseWrapper) -> None:
    executor = MigrationExecutor(owner)
    leaves = executor.loader.graph.leaf_nodes()
    executor.migrate([leaf for leaf in leaves if leaf[0] in settings.TENANT_APPS])


def _drop(owner: DatabaseWrapper, tenant: Tenant) -> None:
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
