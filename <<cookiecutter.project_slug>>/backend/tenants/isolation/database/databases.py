"""Where a tenant's rows are, and whether they can be worked with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connections
from django.db.migrations.recorder import MigrationRecorder

from tenants.context import tenant_context

from .aliases import TENANT, alias_on
from .versions import current_version, needed

if TYPE_CHECKING:
    from tenants.models import Tenant


def alias_of(tenant: Tenant) -> str:
    """The database alias of the tenant's rows: that of its own database."""
    return alias_on(TENANT, tenant.database, tenant.server)


def is_ready(tenant: Tenant) -> bool:
    """Does the tenant's database have what this code needs, and does it stay where it is?

    Nothing is asked for a version that is the code's own. One that is not may still be newer than the code, as while
    a release is rolled out: that is looked up once for each version.
    """
    if tenant.moving:
        return False
    version = tenant.version
    if version == current_version() or version in _newer:
        return True
    if needed() <= _applied(tenant):
        _newer.add(version)
        return True
    return False


_newer: set[str] = set()


def _applied(tenant: Tenant) -> set[tuple[str, str]]:
    with tenant_context(tenant):
        return set(MigrationRecorder(connections[alias_of(tenant)]).applied_migrations())
