"""What the roles of the control plane's server need, beyond what is the same everywhere."""

from typing import Any

OWNER_ATTRIBUTES = "CREATEDB CREATEROLE"
"""The owner makes a database and a role for each tenant that signs up."""


def schemas(owner: Any) -> list[str]:
    """The schemas with tables: maintenance and backup are for the control plane. A tenant's database is the owner's."""
    return ["public"]


def reach_all_tenants(owner: Any, role: str, name: str, *, bypasses: bool) -> str:
    """Let maintenance or backup see the rows of all tenants: they are not in this database. Returns how it is done."""
    return f"{role}: is for the control plane; the owner reads and dumps tenants' databases"
