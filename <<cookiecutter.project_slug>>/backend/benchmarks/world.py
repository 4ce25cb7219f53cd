"""The people and tenants of a benchmark."""

from __future__ import annotations

from accounts.models import User
from accounts.services import create_verified_user
from tenants.models import Membership, Role, Tenant

PASSWORD = "correct horse battery"  # noqa: S105  (of a user in a database that is dropped again)


def new_user() -> User:
    """Who asks for everything."""
    return create_verified_user("benchmark@localhost.test", PASSWORD)


def new_tenants(number: int, user: User) -> list[Tenant]:
    """So many rows of tenants, without a place of their own, whose member the user is."""
    tenants = Tenant.objects.bulk_create(Tenant(name=f"Tenant {n}", slug=f"tenant-{n}") for n in range(number))
    Membership.objects.bulk_create(Membership(tenant=tenant, user=user, role=Role.OWNER) for tenant in tenants)
    return tenants
