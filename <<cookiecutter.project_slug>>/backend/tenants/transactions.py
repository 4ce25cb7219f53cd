"""Transactions on the database that holds the current tenant's rows, wherever that is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connections, transaction
from psycopg import IsolationLevel

from .context import current_tenant, tenant_context
from .isolation.databases import alias_of


def tenant_atomic() -> transaction.Atomic:
    """`transaction.atomic()` where the current tenant's rows are. Raises TenantMissing without a tenant."""
    return transaction.atomic(using=alias_of(current_tenant()))


@contextmanager
def tenant_snapshot() -> Iterator[None]:
    """Read the current tenant's rows as they are at this moment, whatever is written meanwhile; write nothing.

    Outside of a transaction; else RuntimeError. Raises TenantMissing without a tenant.
    """
    alias = alias_of(current_tenant())
    if connections[alias].in_atomic_block:
        raise RuntimeError("A snapshot begins with a transaction of its own: leave the one that is open.")
    connections[alias].close_if_health_check_failed()
    connections[alias].ensure_connection()
    connection = connections[alias].connection
    before = connection.isolation_level
    # psycopg begins the transaction so: a SET TRANSACTION would come behind what names the tenant, and so too late.
    connection.isolation_level, connection.read_only = IsolationLevel.REPEATABLE_READ, True
    try:
        with tenant_atomic():
            yield
    finally:
        if not connection.closed:
            connection.isolation_level, connection.read_only = before, None


def on_tenant_commit(function: Callable[[], object]) -> None:
    """Call the function, as the current tenant, once its transaction has been committed; at once if there is none."""
    tenant = current_tenant()
    transaction.on_commit(tenant_context(tenant)(function), using=alias_of(tenant))
