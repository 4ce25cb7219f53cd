"""Making, migrating and removing the schema of a tenant, as the role that owns it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from tenants.isolation.backend.base import DatabaseWrapper
from tenants.models import Tenant


def provision(tenant: Tenant) -> None:
    """Make the tenant's schema with its tables. They are there at once, whatever becomes of the caller's transaction.

    Where that fails, nothing is left of it.
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


def deprovision(tenant: Tenant) -> None:
    """Drop the tenant's schema with every row in it, at once, whatever becomes of the caller's transaction.

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
    """The alias `owner`, until the block ends, on a connection of its own that stays in the tenant's schema.

    As the alias it is found by a data migration too, which asks for `schema_editor.connection.alias`.
    """
    usual = connections["owner"]
    # The pool's connections are open already, in another schema.
    options = {**usual.settings_dict["OPTIONS"], "pool": False}
    owner = DatabaseWrapper({**usual.settings_dict, "OPTIONS": options}, "owner")
    owner.schema = tenant.schema_name
    connections["owner"] = owner
    try:
        yield owner
    finally:
        connections["owner"] = usual
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
