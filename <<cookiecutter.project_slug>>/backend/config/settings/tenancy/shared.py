"""Shared tables: each row carries its tenant, and PostgreSQL's Row-Level Security lets no other through."""

from typing import Any

import environ

from tenants.pooling import pooled

_env = environ.Env()

_CONNECTION: dict[str, Any] = {
    "ENGINE": "tenants.isolation.backend",
    # A named cursor cannot carry the tenant, and a transaction pooler cannot keep one.
    "DISABLE_SERVER_SIDE_CURSORS": True,
    "CONN_MAX_AGE": 60,
    "CONN_HEALTH_CHECKS": True,
}

DATABASES: dict[str, dict[str, Any]] = {
    "default": pooled({**_env.db_url("DATABASE_URL"), **_CONNECTION, "ATOMIC_REQUESTS": True})
}
# The owner of the tables migrates; the running application has no need of it.
if _env.str("DATABASE_OWNER_URL", default=""):
    DATABASES["owner"] = {**_env.db_url("DATABASE_OWNER_URL"), **_CONNECTION}
# Whoever reaches across tenants, inside `maintenance(…)` alone, does so as a role of its own.
if _env.str("DATABASE_MAINTENANCE_URL", default=""):
    DATABASES["maintenance"] = {**_env.db_url("DATABASE_MAINTENANCE_URL"), **_CONNECTION}
