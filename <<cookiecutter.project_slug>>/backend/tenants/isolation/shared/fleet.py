"""Bringing all tenants' places up to date."""

from collections.abc import Callable, Sequence

from tenants.models import Tenant


def migrate_fleet(
    tenants: Sequence[Tenant], *, parallel: int, report: Callable[[Tenant, Exception | None], None]
) -> None:
    """Report each tenant as done: `migrate` has brought the shared tables up to date."""
    for tenant in tenants:
        report(tenant, None)
