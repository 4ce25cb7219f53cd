"""A database per tenant: each has a PostgreSQL role of its own, which may connect to that database only."""

from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

from tenants.isolation.aliases import Databases
from tenants.pooling import pooled

_env = environ.Env()

TENANT_DATABASE_KEY = _env.str("TENANT_DATABASE_KEY")
"""The passwords of the tenants' database roles are derived from this."""
if len(TENANT_DATABASE_KEY) < 32:
    raise ImproperlyConfigured(
        "TENANT_DATABASE_KEY must be a random secret of at least 32 characters. Make one with: "
        "python -c 'import secrets; print(secrets.token_urlsafe(50))'"
    )
TENANT_CONNECTIONS = _env.int("TENANT_CONNECTIONS", default=20)
"""How many connections to tenants' databases a thread keeps open."""

_CONNECTION: dict[str, Any] = {
    "ENGINE": "tenants.isolation.backend",
    # A transaction pooler cannot keep a named cursor, and the connection may be closed for another tenant's meanwhile.
    "DISABLE_SERVER_SIDE_CURSORS": True,
    "CONN_MAX_AGE": 60,
    "CONN_HEALTH_CHECKS": True,
}

TENANT_SERVERS: dict[str, dict[str, str]] = _env.json("TENANT_SERVERS", default={})
"""Further servers for tenants' databases: {"name": {"url": "postgres://…", "owner_url": "postgres://…"}}.

Of `url` the host, port and options count. `owner_url` leads to a database of the server that is always there.
"""
TENANT_PLACEMENT = _env.str("TENANT_PLACEMENT", default="tenants.isolation.servers.fewest_tenants")
"""The function that says on which server a new tenant's database is made: its name, '' for the control plane's."""


def _pooled(connection: dict[str, Any]) -> dict[str, Any]:
    """A pool for each tenant that was asked for, so it costs one thread more at work and is empty soon after."""
    return pooled(connection, num_workers=1, max_idle=60)


def _connections_of(server: dict[str, str]) -> dict[str, dict[str, Any]]:
    connections = {"default": _pooled({**_env.db_url_config(server["url"]), **_CONNECTION})}
    if "owner_url" in server:
        connections["owner"] = {**_env.db_url_config(server["owner_url"]), **_CONNECTION}
    return connections


DATABASES = Databases(
    {"default": _pooled({**_env.db_url("DATABASE_URL"), **_CONNECTION, "ATOMIC_REQUESTS": True})},
    key=TENANT_DATABASE_KEY,
    servers={name: _connections_of(server) for name, server in TENANT_SERVERS.items()},
)
# The owner of the databases makes and migrates them.
if _env.str("DATABASE_OWNER_URL", default=""):
    DATABASES["owner"] = {**_env.db_url("DATABASE_OWNER_URL"), **_CONNECTION}
# Whoever reaches across tenants, inside `maintenance(…)` alone, does so as a role of its own.
if _env.str("DATABASE_MAINTENANCE_URL", default=""):
    DATABASES["maintenance"] = {**_env.db_url("DATABASE_MAINTENANCE_URL"), **_CONNECTION}

DATABASE_ROUTERS = ["tenants.isolation.router.TenantRouter"]
