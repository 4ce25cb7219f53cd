"""What the roles need here, beyond what is the same everywhere."""

from typing import Any

from .names import TENANTS_PATTERN

OWNER_ATTRIBUTES = ""
"""The owner of the database may make schemas in it."""


def schemas(owner: Any) -> list[str]:
    """The schemas with tables: the control plane's and every tenant's."""
    found = owner.execute("SELECT nspname FROM pg_namespace WHERE nspname ~ %s", [TENANTS_PATTERN]).fetchall()
    return ["public", *(name for (name,) in found)]


def reach_all_tenants(owner: Any, role: str, name: str, *, bypasses: bool) -> str:
    """Let maintenance or backup see the rows of all tenants: their rights on the schemas do. Returns how it is done."""
    return f"{role}: sees all tenants' rows, by rights on their schemas"
