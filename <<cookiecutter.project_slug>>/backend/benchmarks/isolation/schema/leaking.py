"""How it is not done: a tenant that is told to a connection, which keeps it for whoever comes next."""

from typing import Any

from psycopg.sql import SQL, Identifier

from tenants.models import Tenant


def switch(connection: Any, tenant: Tenant) -> None:
    """Make this the tenant of the psycopg connection: a search path of the session."""
    connection.execute(SQL("SET search_path TO {}, public").format(Identifier(tenant.schema_name)))
