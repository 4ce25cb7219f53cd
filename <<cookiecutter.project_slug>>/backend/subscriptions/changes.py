"""Changing a subscription: another plan, more or fewer seats, its end, and its end taken back."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import ValidationError

from members.audit import record
from tenants.models import Status as TenantStatus
from tenants.models import Tenant

from . import gateway
from .catalogue import price_of
from .checkouts import check_seats, paid_plan, remember
from .models import BillingAccount, Invoice, PlanPrice, Subscription
from .operations import carry_out
from .plans import Interval
from .provider import LIVE, Change, Order, Preview, ProviderError, Status, Unavailable, When
from .sync import sync_now

log = logging.getLogger(__name__)


def preview_change(account: BillingAccount, *, plan: str, interval: str, seats: int) -> tuple[When, Preview]:
    """When a change would come, and what it would cost. Raises ValidationError like `change`."""
    subscription = changeable(account)
    order = _order(account, plan, interval, seats)
    when = when_of(subscription, order)
    found = gateway.preview_change(subscription, order)
    if when == When.NOW:
        return when, found
    at = subscription.period_end or found.at
    return when, Preview(0, found.next_amount, found.currency, at, found.is_estimate)


def change(account: BillingAccount, *, plan: str, interval: str, seats: int) -> Change:
    """Have another plan or number of seats: more at once, against what it costs; less when the period ends.

    Raises ValidationError for who has no subscription that can change, for seats that the plan does not have and for
    fewer than are used; and Declined, Refused or Unavailable.
    """
    subscription = changeable(account)
    order = _order(account, plan, interval, seats)
    when = when_of(subscription, order)
    params = {"plan": plan, "interval": interval, "seats": seats, "when": when.value}
    done = carry_out(account, "change", params, lambda key: gateway.change(subscription, order, when, key))
    if done.reference:
        remember(account, order, done)
    _record(account, "change_requested", params | {"outcome": done.outcome.value})
    sync_now(account)
    return done


def cancel(account: BillingAccount, *, when: When) -> None:
    """End the subscription, now or with the period that is paid. Raises ValidationError where there is none."""
    subscription = live(account)
    ask = lambda key: gateway.cancel(subscription, when, key)  # noqa: E731  (a function of one use)
    carry_out(account, "cancel", {"when": when.value}, ask)
    _record(account, "cancel_requested", {"when": when.value})
    sync_now(account)


def end_for_good(tenant: Tenant) -> None:
    """End whatever subscription the tenant has, now: it is about to be erased, and nobody is to pay for it any more.

    Raises ProviderError, and InProgress: what erases is to try again later.
    """
    account = BillingAccount.objects.select_related("tenant").filter(tenant=tenant).first()
    if account is None:
        return
    if not sync_now(account):
        raise Unavailable(f"It is not known whether '{tenant.slug}' has a subscription. {account.sync_error}".strip())
    if (current := account.current) and current.is_live:
        cancel(account, when=When.NOW)


def end_with_the_tenants() -> int:
    """Have no subscription renewed of a tenant that is to be deleted; gives how many were ended with their period."""
    leaving = BillingAccount.objects.filter(tenant__status=TenantStatus.DELETING, status__in=LIVE)
    return sum(_ends_with_period(account) for account in leaving.select_related("tenant"))


def _ends_with_period(account: BillingAccount) -> bool:
    current = account.current
    if current is None or current.cancel_at:
        return False
    try:
        cancel(account, when=When.PERIOD_END)
    except (ProviderError, ValidationError):
        log.exception("The subscription of account %s could not be ended yet", account.pk)
        return False
    return True


def resume(account: BillingAccount) -> None:
    """Take back what was to come at the period's end. Raises ValidationError where nothing was."""
    subscription = live(account)
    if not subscription.cancel_at and not subscription.pending:
        raise ValidationError("Your subscription goes on as it is.", code="nothing_to_resume")
    carry_out(account, "resume", {}, lambda key: gateway.resume(subscription, key))
    _record(account, "resumed", {})
    sync_now(account)


def pay(account: BillingAccount, invoice: Invoice) -> Change:
    """Try the customer's payment method for an invoice that is owed, or say where they pay it.

    Raises Declined, and ValidationError for what is not owed.
    """
    if invoice.status != "open":
        raise ValidationError("This invoice is not owed.", code="not_owed")
    params = {"invoice": invoice.provider_ref}
    done = carry_out(account, "pay", params, lambda key: gateway.pay(invoice, key))
    sync_now(account)
    return done


def changeable(account: BillingAccount) -> Subscription:
    """The subscription, if it is one that can change. Raises ValidationError."""
    subscription = live(account)
    if Status(subscription.status) not in (Status.ACTIVE, Status.TRIALING):
        raise ValidationError("Pay what is owed first. Then you can change your plan.", code="payment_owed")
    return subscription


def when_of(subscription: Subscription, order: Order) -> When:
    """What costs more comes at once, what costs less with the next period; in a trial all comes at once."""
    price = PlanPrice.objects.filter(provider_ref=subscription.price_ref).first()
    if price is None or subscription.status == Status.TRIALING:
        return When.NOW
    months = {Interval.MONTH: 12, Interval.YEAR: 1}
    now = price.amount * subscription.seats * months[Interval(price.interval)]
    then = order.amount * order.seats * months[order.interval]
    shorter = price.interval == Interval.YEAR and order.interval == Interval.MONTH
    return When.PERIOD_END if then < now or shorter else When.NOW


def live(account: BillingAccount) -> Subscription:
    """The subscription that goes on. Raises ValidationError where there is none."""
    subscription = account.current
    if subscription is None or not subscription.is_live:
        raise ValidationError("You have no subscription. Choose a plan first.", code="not_subscribed")
    return subscription


def _order(account: BillingAccount, plan: str, interval: str, seats: int) -> Order:
    check_seats(account, paid_plan(plan), seats)
    price = price_of(plan, interval)
    return Order(price.provider_ref, price.amount, seats, Interval(interval))


def _record(account: BillingAccount, what: str, said: dict[str, Any]) -> None:
    changes = {name: (None, value) for name, value in said.items()}
    record(f"subscription.{what}", target=account.pk, label="Subscription", changes=changes, tenant=account.tenant)
