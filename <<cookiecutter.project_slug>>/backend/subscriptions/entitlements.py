"""What a tenant may do: its plan, what was agreed beside it, and whether it has paid.

All of it is known when the tenant is: no request asks the provider, and none asks the database for it alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connections
from django.db.models import TextChoices
from rest_framework.exceptions import APIException

from accounts.throttling import Rate, usual_rate
from tenants.isolation.databases import alias_of
from tenants.models import Tenant

from . import clock
from .models import BillingAccount, EntitlementOverride
from .plans import FREE, PLANS, SEATS, Plan
from .provider import LIVE, Status

GRACE = timedelta(days=7)
"""How long everything goes on after a payment has failed."""


class Access(TextChoices):
    """What can be done with what a tenant has."""

    FULL = "full"
    READ_ONLY = "read_only"
    """Everything can be seen and exported, and paid; nothing can be added or changed."""


@dataclass(frozen=True)
class Entitlements:
    """What a tenant may do at this moment."""

    plan: Plan
    access: Access
    limits: Mapping[str, int | None]
    """By name, how many; None for as many as they like."""
    features: frozenset[str]
    read_only_from: datetime | None
    """When it becomes read-only unless it pays."""


class PlanRefused(APIException):
    """402: what the tenant's plan does not have, or not any more. `upgrade_url` says where to change that."""

    status_code = 402

    def __init__(self, detail: str, code: str, **more: object) -> None:
        super().__init__(detail, code)
        self.members = {"upgrade_url": f"{settings.APP_URL}/settings/billing", **more}


def entitlements(tenant: Tenant) -> Entitlements:
    """What the tenant may do, as of now: no worker has to run for an end to come."""
    account: BillingAccount | None = getattr(tenant, "billing", None)
    if account is None:
        return Entitlements(FREE, Access.FULL, _limits(FREE, FREE.seats.most, {}), FREE.features, None)
    plan = plan_of(account)
    agreed = _agreed(account)
    seats = account.seats if plan is not FREE else FREE.seats.most
    gained = {name for name, value in agreed.items() if value}
    lost = {name for name, value in agreed.items() if value == 0}
    until = account.past_due_since + GRACE if account.past_due_since else None
    return Entitlements(plan, _access(account), _limits(plan, seats, agreed), (plan.features | gained) - lost, until)


def plan_of(account: BillingAccount) -> Plan:
    """The plan that counts: the free one where no subscription is live, or its price is none of ours."""
    if account.status and Status(account.status) in LIVE:
        return PLANS.get(account.plan_key, FREE)
    return FREE


def require_feature(tenant: Tenant, name: str) -> None:
    """Raise PlanRefused unless the tenant's plan has the feature."""
    if name not in entitlements(tenant).features:
        plans = [plan.name for plan in PLANS.values() if name in plan.features]
        raise PlanRefused(f"Your plan does not have this. {plans[0]} has.", "feature_not_in_plan", feature=name)


def require_changeable(tenant: Tenant) -> None:
    """Raise PlanRefused while the tenant can only be read."""
    if entitlements(tenant).access == Access.READ_ONLY:
        detail = "A payment is owed: nothing can be added or changed until it is made. Nothing is lost."
        raise PlanRefused(detail, "read_only")


def require_room(tenant: Tenant, name: str, used: int, more: int = 1) -> None:
    """Raise PlanRefused unless so many more fit the limit. What is there above it stays; nothing is added.

    In the transaction that adds them, after `lock_limit`: two at the same moment would both see the last free place.
    """
    limit = entitlements(tenant).limits.get(name)
    if limit is not None and used + more > limit:
        detail = f"Your plan has {limit} {name}, and {used} are used."
        raise PlanRefused(detail, "plan_limit_reached", limit=name, allowed=limit, used=used)


def room_left(tenant: Tenant, name: str, used: int) -> int | None:
    """How many more fit the limit, None where there is none."""
    limit = entitlements(tenant).limits.get(name)
    return None if limit is None else max(0, limit - used)


def lock_limit(tenant: Tenant, name: str) -> None:
    """Let nobody else add to what the limit counts until the transaction ends, where the tenant's rows are."""
    with connections[alias_of(tenant)].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s), %s)", [f"limit:{name}", tenant.pk % 2**31])


def used_seats(tenant: Tenant) -> int:
    """How many people belong to the tenant or are invited by their address."""
    return tenant.memberships.count() + tenant.invitations.exclude(email="").count()


def lock_seats(tenant: Tenant) -> None:
    """Let nobody else join or be invited until the transaction ends."""
    Tenant.objects.select_for_update(no_key=True).get(pk=tenant.pk)


def require_seats(tenant: Tenant, more: int = 1) -> None:
    """Raise PlanRefused unless so many more people fit; locks them out until the transaction ends."""
    lock_seats(tenant)
    require_room(tenant, SEATS, used_seats(tenant), more)


def override(account: BillingAccount, *, key: str, value: int | None, reason: str, expires_at: datetime | None) -> None:
    """Agree on something beside the plan."""
    EntitlementOverride.objects.update_or_create(
        account=account, key=key, defaults={"value": value, "reason": reason, "expires_at": expires_at}
    )
    copy_overrides(account)


def copy_overrides(account: BillingAccount) -> None:
    """Write to the account what its agreements say, for each request to read."""
    account.overrides = {
        one.key: [one.value, one.expires_at.isoformat() if one.expires_at else None] for one in account.agreements.all()
    }
    account.save(update_fields=["overrides"])


def rate_of(tenant: Tenant | None) -> Rate:
    """How often those who work for the tenant may ask the API: see API_RATE_OF."""
    return Rate(entitlements(tenant).plan.requests, 60) if tenant else usual_rate(tenant)


def _access(account: BillingAccount) -> Access:
    if account.status == Status.UNPAID:
        return Access.READ_ONLY
    overdue = account.past_due_since is not None and account.past_due_since + GRACE <= clock.now()
    return Access.READ_ONLY if overdue else Access.FULL


def _limits(plan: Plan, seats: int, agreed: Mapping[str, int | None]) -> Mapping[str, int | None]:
    limits = {**plan.limits, SEATS: seats}
    return limits | {name: value for name, value in agreed.items() if name in limits}


def _agreed(account: BillingAccount) -> Mapping[str, int | None]:
    now = clock.now().isoformat()
    return {name: value for name, (value, until) in account.overrides.items() if until is None or until > now}
