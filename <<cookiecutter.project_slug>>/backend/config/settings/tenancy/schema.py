"""A PostgreSQL schema per tenant: a statement finds the tables of the current tenant and no other's."""

from typing import Any

import environ

from tenants.pooling import pooled

_env = environ.Env()

_CONNECTION: dict[str, Any] = {
    "ENGINE": "tenants.isolation.backend",
    # A named cursor cannot carry the search path, and a transaction pooler cannot keep one.
    "DISABLE_SERVER_SIDE_CURSORS": True,
    "CONN_MAX_AGE": 60,
    "CONN_HEALTH_CHECKS": True,
}

DATABASES: dict[str, dict[str, Any]] = {
    # A connection remembers the tables of each schema that it served; one of a pool would do so for an hour.
    "default": pooled(
        {**_env.db_url("DATABASE_URL"), **_CONNECTION, "ATOMIC_REQUESTS": True},
        max_lifetime=600,
    ),
    # The owner of the schemas migrates, and makes the schema of a tenant that signs up.
    "owner": {**_env.db_url("DATABASE_OWNER_URL"), **_CONNECTION},
}
# Whoever reaches across tenants, inside `maintenance(…)` alone, does so as a role of its own.
if _env.str("DATABASE_MAINTENANCE_URL", default=""):
    DATABASES["maintenance"] = {**_env.db_url("DATABASE_MAINTENANCE_URL"), **_CONNECTION}
DATABASE_ROUTERS = ["tenants.isolation.router.PlaneRouter"]

# django-tenants' own names for the things above. It is a library here and not in INSTALLED_APPS: its commands set the
# tenant on a connection, which nothing here does.
TENANT_MODEL = "tenants.Tenant"
