"""How it is not done: a tenant that is told to a connection, which keeps it for whoever comes next."""

from typing import Any

from tenants.models import Tenant


def switch(connection: Any, tenant: Tenant) -> None:
    """Make this the tenant of the psycopg connection: a setting of the session."""
    connection.execute("SELECT set_config('app.tenant_id', %s, false)", [str(tenant.pk)])
