"""What a tenant's database is called."""

import re
import secrets

from django.db import DEFAULT_DB_ALIAS, connections


def new_database_name() -> str:
    """A name for a tenant's database, and for the role that may use it.

    It starts with the control plane's, so that test databases and other projects on the server stay apart; it does
    not follow the slug, so that a tenant is renamed without touching its database. PostgreSQL allows 63 characters.
    """
    return f"{_prefix()}_t_{secrets.token_hex(6)}"


def tenants_pattern() -> str:
    """A regular expression, of Python's and PostgreSQL's, for exactly the names that `new_database_name` makes."""
    return rf"^{re.escape(_prefix())}_t_[0-9a-f]{{12}}$"


def template_name() -> str:
    """The database that new ones are copied from, and the role that stands in for the tenant's in its grants."""
    return f"{_prefix()}_template"


def control_plane() -> str:
    """The name of the control plane's database."""
    return str(connections[DEFAULT_DB_ALIAS].settings_dict["NAME"])


def _prefix() -> str:
    return control_plane()[:48]
