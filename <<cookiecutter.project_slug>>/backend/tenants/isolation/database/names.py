"""What a tenant's database is called."""

import secrets

from django.db import DEFAULT_DB_ALIAS, connections


def prefix() -> str:
    """How the names of this control plane's tenants begin, so that test databases and other projects stay apart."""
    control_plane = connections[DEFAULT_DB_ALIAS].settings_dict["NAME"]
    return f"{control_plane[:48]}_t_"


def new_database_name() -> str:
    """A name for a tenant's database, and for the role that may use it.

    It does not follow the slug, so that a tenant is renamed without touching its database. PostgreSQL allows 63
    characters.
    """
    return prefix() + secrets.token_hex(6)
