"""Writing down what the provider has said of an account. Nothing else writes subscriptions and invoices."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from members.audit import Changes, record

from . import clock
from .invoicing import issue
from .models import BillingAccount, Invoice, PlanPrice, Subscription
from .provider import InvoiceState, State, Status, SubscriptionState

log = logging.getLogger(__name__)

FAILING = frozenset({Status.PAST_DUE, Status.UNPAID})
_RANK = {
    Status.ACTIVE: 3,
    Status.TRIALING: 3,
    Status.PAST_DUE: 2,
    Status.UNPAID: 2,
    Status.PAUSED: 2,
    Status.INCOMPLETE: 1,
    Status.CANCELED: 0,
}
"""What counts if an account has several: what is paid, then what could be."""


def apply(account: BillingAccount, state: State) -> None:
    """Make our rows say what the provider says. The account is locked, and saved by the caller."""
    prices = _prices(state.subscriptions)
    current = _current(state.subscriptions)
    account.subscriptions.filter(is_current=True).exclude(provider_ref=current.reference if current else "").update(
        is_current=False
    )
    for found in state.subscriptions:
        _write_subscription(account, found, prices, is_current=found is current)
    _write_invoices(account, state.invoices)
    _warn_of_two(account, state.subscriptions)
    _summarise(account, current, prices, state.invoices)


def _prices(subscriptions: Iterable[SubscriptionState]) -> dict[str, PlanPrice]:
    """Our prices by the provider's names, as far as they occur."""
    names = {found.price_ref for found in subscriptions}
    names |= {found.pending["price_ref"] for found in subscriptions if found.pending}
    return {price.provider_ref: price for price in PlanPrice.objects.filter(provider_ref__in=names)}


def _current(subscriptions: Iterable[SubscriptionState]) -> SubscriptionState | None:
    return max(subscriptions, key=lambda found: (_RANK[found.status], found.created, found.reference), default=None)


def _write_subscription(
    account: BillingAccount, found: SubscriptionState, prices: dict[str, PlanPrice], *, is_current: bool
) -> None:
    price = prices.get(found.price_ref)
    if price is None:
        log.error("Account %s pays a price that is none of ours: %s", account.pk, found.price_ref)
    values = asdict(found) | {
        "plan_key": price.plan_key if price else "",
        "interval": price.interval if price else "",
        "pending": _pending(found, prices),
        "is_current": is_current,
    }
    for name in ("reference", "customer", "replaces"):
        del values[name]
    Subscription.objects.update_or_create(account=account, provider_ref=found.reference, defaults=values)


def _pending(found: SubscriptionState, prices: dict[str, PlanPrice]) -> dict[str, Any]:
    price = prices.get(found.pending.get("price_ref", ""))
    if price is None:
        return {}
    then = {"plan": price.plan_key, "interval": price.interval, "amount": price.amount}
    return then | {"seats": found.pending["seats"], "at": found.pending["at"]}


def _write_invoices(account: BillingAccount, invoices: Iterable[InvoiceState]) -> None:
    for found in sorted(invoices, key=lambda one: one.issued_at):
        values = asdict(found) | {"subscription_ref": found.subscription}
        for name in ("reference", "subscription"):
            del values[name]
        if not found.number:  # then it is ours to number
            del values["number"]
        invoice, _ = Invoice.objects.update_or_create(account=account, provider_ref=found.reference, defaults=values)
        issue(invoice)


def _warn_of_two(account: BillingAccount, subscriptions: Iterable[SubscriptionState]) -> None:
    """Somebody pays twice. Which of the two goes is for a person to say."""
    replaced = {found.replaces for found in subscriptions}
    live = [found.reference for found in subscriptions if _RANK[found.status] >= _RANK[Status.PAST_DUE]]
    live = [name for name in live if name not in replaced]
    account.duplicate_live = len(live) > 1
    if account.duplicate_live:
        log.error("Account %s has several live subscriptions: %s", account.pk, ", ".join(live))


def _summarise(
    account: BillingAccount,
    current: SubscriptionState | None,
    prices: dict[str, PlanPrice],
    invoices: Iterable[InvoiceState],
) -> None:
    """Copy to the account what each request has to know, and tell the tenant's people what has changed."""
    before = {name: getattr(account, name) for name in ("plan_key", "status", "seats")}
    price = prices.get(current.price_ref) if current else None
    account.plan_key = price.plan_key if price else ""
    account.status = current.status if current else ""
    account.seats = current.seats if current else 0
    account.past_due_since = _past_due_since(account, current, invoices)
    changes = {
        name: (value, getattr(account, name)) for name, value in before.items() if value != getattr(account, name)
    }
    if changes:
        _tell(account, changes)


def _past_due_since(
    account: BillingAccount, current: SubscriptionState | None, invoices: Iterable[InvoiceState]
) -> datetime | None:
    """When the first payment failed that is still owed: by the provider, and so the same whenever we ask."""
    if current is None or current.status not in FAILING:
        return None
    owed = [one.issued_at for one in invoices if one.status == "open" and one.subscription == current.reference]
    return account.past_due_since or min(min(owed, default=clock.now()), clock.now())


def _tell(account: BillingAccount, changes: Changes) -> None:
    record("subscription.changed", target=account.pk, label="Subscription", changes=changes, tenant=account.tenant)
