"""How it is not done: a tenant that is told to a connection, which keeps it for whoever comes next."""

from typing import Any

from tenants.models import Tenant


def switch(connection: Any, tenant: Tenant) -> None:
    """Nothing makes this the tenant of an open psycopg connection: one that is kept stays in its first database."""
