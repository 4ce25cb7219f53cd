"""Bringing all tenants' places up to date."""

from collections.abc import Callable, Sequence

from tenants.models import Tenant

from .provisioning import migrate_tenant


def migrate_fleet(
    tenants: Sequence[Tenant], *, parallel: int, report: Callable[[Tenant, Exception | None], None]
) -> None:
    """Migrate each tenant's place, `parallel` at a time.

    Each is reported once, from the calling thread: with None, or with what went wrong. The others go on.
    """
    for tenant in tenants:
        try:
            migrate_tenant(tenant)
        except Exception as error:
            report(tenant, error)
        else:
            report(tenant, None)
