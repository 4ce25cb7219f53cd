"""How many of twenty invitations at the same moment get through where five seats are free."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connections

from accounts.services import create_verified_user
from benchmarks.figures import Figure
from benchmarks.world import PASSWORD
from subscriptions.entitlements import PlanRefused, used_seats
from subscriptions.provider import Status
from subscriptions.services import account_of
from tenants.custom_roles import TenantRole
from tenants.invitations import invite
from tenants.models import Membership, Role, Tenant
from tenants.services import create_tenant

AT_ONCE = 20
SEATS = 6
"""Of which the owner has one."""


def figures() -> list[Figure]:
    """How many people the tenant has or has invited afterwards."""
    tenant = create_tenant(name="Seats", owner=create_verified_user("seats@localhost.test", PASSWORD))
    account = account_of(tenant)
    account.plan_key, account.status, account.seats = "team", Status.ACTIVE, SEATS
    account.save()
    start = Barrier(AT_ONCE)

    def ask(number: int) -> None:
        start.wait(60)
        try:
            _invite(tenant, number)
        except PlanRefused:
            pass
        finally:
            connections.close_all()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(ask, range(AT_ONCE)))
    taken = used_seats(tenant)
    return [Figure(f"{AT_ONCE} invitations at once: seats taken of {SEATS}", taken, "", at_most=SEATS, at_least=SEATS)]


def _invite(tenant: Tenant, number: int) -> None:
    owner = Membership.objects.select_related("tenant__billing", "user").get(tenant=tenant)
    invite(f"guest-{number}@localhost.test", role=TenantRole(Role.MEMBER, None), by=owner)
