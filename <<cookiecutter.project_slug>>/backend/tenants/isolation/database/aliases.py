"""Database aliases that are worked out when asked for: `tenant:<database>` and `owner:<database>`.

They are never registered. Django visits every registered alias at each request, which costs milliseconds with a
thousand of them, and registering one while other threads serve makes them fail ("dictionary changed size during
iteration").
"""

from __future__ import annotations

import hmac
from typing import Any

from django.core.exceptions import ImproperlyConfigured

TENANT = "tenant:"
"""The database as its tenant's role."""
OWNER = "owner:"
"""The same database as the role that owns and migrates it."""


class Databases(dict[str, dict[str, Any]]):
    """Django's DATABASES, where any tenant's database can be looked up. Iteration sees the registered ones only."""

    def __init__(self, registered: dict[str, dict[str, Any]], *, key: str) -> None:
        super().__init__(registered)
        self.key = key

    def __contains__(self, alias: object) -> bool:
        return super().__contains__(alias) or str(alias).startswith((TENANT, OWNER))

    def __missing__(self, alias: str) -> dict[str, Any]:
        name = database_of(alias)
        if alias.startswith(TENANT):
            return {**self["default"], "NAME": name, "USER": name, "PASSWORD": self._password(name)}
        if alias.startswith(OWNER):
            return {**self._owner(), "NAME": name}
        raise KeyError(alias)

    def get(self, alias: str, default: Any = None) -> Any:
        """The settings of the alias, or the default: dict's own does not ask __missing__."""
        try:
            return self[alias]
        except KeyError:
            return default

    def _password(self, role: str) -> str:
        """The role's password: nothing is stored that could be read, copied or forgotten in a backup."""
        return hmac.new(self.key.encode(), role.encode(), "sha256").hexdigest()

    def _owner(self) -> dict[str, Any]:
        if not super().__contains__("owner"):
            raise ImproperlyConfigured(
                "Tenants' databases are made and migrated by the role that owns them: set DATABASE_OWNER_URL."
            )
        return self["owner"]


def database_of(alias: str) -> str:
    """The name of the database behind an alias of a tenant's; '' for a registered alias."""
    return alias.partition(":")[2]
