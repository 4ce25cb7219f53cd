"""Where a tenant's rows are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .aliases import TENANT

if TYPE_CHECKING:
    from tenants.models import Tenant


def alias_of(tenant: Tenant) -> str:
    """The database alias of the tenant's rows: that of its own database."""
    return TENANT + tenant.database
