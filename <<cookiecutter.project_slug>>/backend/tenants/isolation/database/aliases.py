"""Database aliases that are worked out when asked for: `tenant:<database>` and `owner:<database>`.

On another server than the control plane's, `@<server>` follows: `tenant:<database>@<server>`.

They are never registered. Django visits every registered alias at each request, which costs milliseconds with a
thousand of them, and registering one while other threads serve makes them fail ("dictionary changed size during
iteration").
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ImproperlyConfigured

TENANT = "tenant:"
"""The database as its tenant's role."""
OWNER = "owner:"
"""The same database as the role that owns and migrates it."""


class Databases(dict[str, dict[str, Any]]):
    """Django's DATABASES, where any tenant's database can be looked up. Iteration sees the registered ones only.

    `servers` has, for each further server's name, what `default` and `owner` are on the control plane's.
    """

    def __init__(
        self,
        registered: dict[str, dict[str, Any]],
        *,
        key: str,
        servers: Mapping[str, dict[str, dict[str, Any]]] | None = None,
    ) -> None:
        super().__init__(registered)
        self.key = key
        self.servers = servers or {}

    def __contains__(self, alias: object) -> bool:
        return super().__contains__(alias) or str(alias).startswith((TENANT, OWNER))

    def __missing__(self, alias: str) -> dict[str, Any]:
        name, server = database_of(alias), server_of(alias)
        if alias.startswith(TENANT):
            return {**self.on(server, "default"), "NAME": name, "USER": name, "PASSWORD": self._password(name)}
        if alias.startswith(OWNER):
            return {**self.on(server, "owner"), "NAME": name}
        raise KeyError(alias)

    def get(self, alias: str, default: Any = None) -> Any:
        """The settings of the alias, or the default: dict's own does not ask __missing__."""
        try:
            return self[alias]
        except KeyError:
            return default

    def on(self, server: str, user: str) -> dict[str, Any]:
        """How `user` ("default" or "owner") connects on the server, '' being the control plane's.

        Raises ImproperlyConfigured if the settings name no such server, or no owner on it.
        """
        if server and server not in self.servers:
            raise ImproperlyConfigured(f"A tenant is on the server '{server}', which TENANT_SERVERS does not name.")
        users = self.servers[server] if server else dict(self)
        if user not in users:
            raise ImproperlyConfigured(
                "Tenants' databases are made and migrated by the role that owns them: set DATABASE_OWNER_URL, and "
                "`owner_url` of each of TENANT_SERVERS."
            )
        return users[user]

    def _password(self, role: str) -> str:
        """The role's password: nothing is stored that could be read, copied or forgotten in a backup."""
        return hmac.new(self.key.encode(), role.encode(), "sha256").hexdigest()


def alias_on(kind: str, database: str, server: str = "") -> str:
    """The alias of a database on a server, '' being the control plane's. `kind` is TENANT or OWNER."""
    return f"{kind}{database}@{server}" if server else f"{kind}{database}"


def database_of(alias: str) -> str:
    """The name of the database behind an alias of a tenant's; '' for a registered alias."""
    return alias.partition(":")[2].partition("@")[0]


def server_of(alias: str) -> str:
    """The name of the server behind an alias; '' is the control plane's."""
    return alias.partition("@")[2]
