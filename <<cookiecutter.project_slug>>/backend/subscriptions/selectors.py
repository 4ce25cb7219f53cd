"""Questions about a tenant's subscription."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from contacts.models import Contact
from tenants.context import tenant_context
from tenants.models import Tenant

from .checkouts import trial_days
from .entitlements import Entitlements, entitlements, used_seats
from .gateway import CAPABILITIES, PROVIDER
from .models import BillingAccount, Invoice, PlanPrice, Subscription
from .plans import CONTACTS, PAID, SEATS
from .prices import CURRENCY
from .provider import Capabilities, Status


@dataclass(frozen=True)
class Usage:
    """How much of a limit is used."""

    name: str
    used: int
    limit: int | None


@dataclass(frozen=True)
class Banner:
    """What the tenant's people should know on each page."""

    kind: str
    """trial, payment_failed, read_only or canceling."""
    until: datetime | None
    """When it ends, or gets worse."""


@dataclass(frozen=True)
class Overview:
    """All that a page about the subscription shows."""

    provider: str
    currency: str
    capabilities: Capabilities
    status: str
    plan: str
    interval: str
    amount: int
    seats: int
    period_end: datetime | None
    trial_end: datetime | None
    cancel_at: datetime | None
    pending: dict[str, Any] | None
    payment_method: str
    access: str
    read_only_from: datetime | None
    owed: Invoice | None
    features: list[str]
    usage: list[Usage]
    trial_days: dict[str, int]
    banner: Banner | None


def overview(account: BillingAccount) -> Overview:
    """The subscription, what is used of it, and what is owed."""
    tenant = account.tenant
    tenant.billing = account  # the newest, whatever the tenant had
    may = entitlements(tenant)
    current = account.current
    subscription = current if current and current.is_live else None
    owed = account.invoices.filter(status="open").first() if subscription else None
    return Overview(
        provider=PROVIDER,
        currency=CURRENCY,
        capabilities=CAPABILITIES,
        status=current.status if current else "none",
        plan=may.plan.key,
        interval=subscription.interval if subscription else "",
        amount=_amount(subscription),
        seats=subscription.seats if subscription else may.plan.seats.most,
        period_end=subscription.period_end if subscription else None,
        trial_end=subscription.trial_end if subscription else None,
        cancel_at=subscription.cancel_at if subscription else None,
        pending=_pending(subscription),
        payment_method=subscription.payment_method if subscription else "",
        access=may.access,
        read_only_from=may.read_only_from,
        owed=owed,
        features=sorted(may.features),
        usage=usage(tenant, may),
        trial_days={plan.key: trial_days(account, plan) for plan in PAID},
        banner=_banner(subscription, may),
    )


def usage(tenant: Tenant, may: Entitlements) -> list[Usage]:
    """What the tenant has of what its plan limits."""
    with tenant_context(tenant):
        contacts = Contact.objects.count()
    used = {SEATS: used_seats(tenant), CONTACTS: contacts}
    return [Usage(name, number, may.limits.get(name)) for name, number in used.items()]


def invoices_of(tenant: Tenant) -> QuerySet[Invoice]:
    """The tenant's invoices that were issued."""
    return Invoice.objects.filter(account__tenant=tenant).exclude(status="draft")


def _amount(subscription: Subscription | None) -> int:
    """What a period costs."""
    if subscription is None:
        return 0
    price = PlanPrice.objects.filter(provider_ref=subscription.price_ref).first()
    return price.amount * subscription.seats if price else 0


def _pending(subscription: Subscription | None) -> dict[str, Any] | None:
    if subscription is None or not subscription.pending:
        return None
    at = subscription.pending["at"]
    return {**subscription.pending, "at": datetime.fromisoformat(at) if at else None}


def _banner(subscription: Subscription | None, may: Entitlements) -> Banner | None:
    if subscription is None:
        return None
    if may.access == "read_only":
        return Banner("read_only", None)
    if may.read_only_from:
        return Banner("payment_failed", may.read_only_from)
    if subscription.cancel_at:
        return Banner("canceling", subscription.cancel_at)
    if subscription.status == Status.TRIALING:
        return Banner("trial", subscription.trial_end)
    return None
