"""Transactions on the database that holds the current tenant's rows, wherever that is."""

from collections.abc import Callable

from django.db import transaction

from .context import current_tenant, tenant_context
from .isolation.databases import alias_of


def tenant_atomic() -> transaction.Atomic:
    """`transaction.atomic()` where the current tenant's rows are. Raises TenantMissing without a tenant."""
    return transaction.atomic(using=alias_of(current_tenant()))


def on_tenant_commit(function: Callable[[], object]) -> None:
    """Call the function, as the current tenant, once its transaction has been committed; at once if there is none."""
    tenant = current_tenant()
    transaction.on_commit(tenant_context(tenant)(function), using=alias_of(tenant))
