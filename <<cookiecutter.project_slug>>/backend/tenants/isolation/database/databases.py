"""Where a tenant's rows are."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.db import DEFAULT_DB_ALIAS, connections

from .aliases import TENANT

if TYPE_CHECKING:
    from tenants.models import Tenant


def alias_of(tenant: Tenant) -> str:
    """The database alias of the tenant's rows: that of its own database."""
    return TENANT + tenant.database


def new_database_name() -> str:
    """A name for a tenant's database, and for the role that may use it.

    It starts with the control plane's, so that test databases and other projects on the server stay apart; it does
    not follow the slug, so that a tenant is renamed without touching its database. PostgreSQL allows 63 characters.
    """
    control_plane = connections[DEFAULT_DB_ALIAS].settings_dict["NAME"]
    return f"{control_plane[:48]}_t_{secrets.token_hex(6)}"
