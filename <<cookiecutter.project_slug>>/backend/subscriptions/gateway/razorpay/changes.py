"""Changing a subscription at Razorpay, as far as that can be done there.

A mandate by UPI, eMandate or an Indian card cannot be changed (https://razorpay.com/docs/payments/subscriptions/update/).
There a new subscription takes the place of the old one, when the customer has approved it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from subscriptions import clock
from subscriptions.models import Invoice, PlanPrice, Subscription
from subscriptions.provider import Change, Order, Outcome, Preview, Refused, Status, When

from .checkout import make_once, popup_of
from .client import sdk

NOTICE = timedelta(hours=72)
"""How long before a charge Razorpay is told to end a subscription: its notice to the customer goes out 36 hours before,
and a cancellation that it knows of cannot be taken back."""
LEAST_CHARGE = 50
"""A difference of less than that, in paise, is refused."""
_MONTHS = {"month": 1, "year": 12}


def preview_change(subscription: Subscription, order: Order) -> Preview:
    """What a change costs now, by our own calculation: the difference for the days that are left."""
    return Preview(
        due_now=_difference(subscription, order),
        next_amount=order.amount * order.seats,
        currency=_price(order.price_ref).currency,
        at=clock.now(),
        is_estimate=True,
    )


def change(subscription: Subscription, order: Order, when: When, key: str) -> Change:
    """Another plan or number of seats: changed where the mandate allows it, else by a new mandate."""
    params = {
        "plan_id": order.price_ref,
        "quantity": order.seats,
        "schedule_change_at": "now" if when == When.NOW else "cycle_end",
    }
    try:
        sdk().subscription.edit(subscription.provider_ref, params)
    except Refused as error:
        if not _cannot_change(error):
            raise
        return _replace(subscription, order, when, key)
    return Change(Outcome.APPLIED if when == When.NOW else Outcome.SCHEDULED)


def cancel(subscription: Subscription, when: When, key: str) -> None:
    """End it, now or with the period that is paid.

    The latter is kept here until shortly before, as Razorpay shows it to nobody and does not take it back.
    """
    goes_on = Status(subscription.status) in (Status.ACTIVE, Status.TRIALING)
    if when == When.NOW or not goes_on or subscription.period_end is None:
        sdk().subscription.cancel(subscription.provider_ref, {"cancel_at_cycle_end": False})
        return
    Subscription.objects.filter(pk=subscription.pk).update(held_cancellation=subscription.period_end)


def send_cancellation(subscription: Subscription) -> None:
    """Tell Razorpay what was kept here."""
    sdk().subscription.cancel(subscription.provider_ref, {"cancel_at_cycle_end": True})
    Subscription.objects.filter(pk=subscription.pk).update(cancellation_sent=clock.now())


def resume(subscription: Subscription, key: str) -> None:
    """Take back what was to come. Raises Refused where Razorpay knows of it already."""
    if subscription.cancellation_sent:
        raise Refused("Your bank has been told that this subscription ends. Subscribe again when it has.")
    found = sdk().subscription.fetch(subscription.provider_ref)
    if found["has_scheduled_changes"]:
        sdk().subscription.cancel_scheduled_changes(subscription.provider_ref)
    for other in successors(subscription):
        sdk().subscription.cancel(other.provider_ref, {"cancel_at_cycle_end": False})
    Subscription.objects.filter(pk=subscription.pk).update(held_cancellation=None)


def successors(subscription: Subscription) -> list[Subscription]:
    """What was approved to take its place when the period ends."""
    others = subscription.account.subscriptions.filter(raw_status__in=["created", "authenticated"])
    return [one for one in others if one.raw.get("replaces") == subscription.provider_ref]


def pay(invoice: Invoice, key: str) -> Change:
    """Where the customer pays: Razorpay tries nothing again when it is asked to."""
    found = sdk().subscription.fetch(invoice.subscription_ref)
    return Change(Outcome.PAYMENT_PENDING, url=str(found["short_url"]))


def _replace(subscription: Subscription, order: Order, when: When, key: str) -> Change:
    """A new subscription that begins when what is paid ends; what more it costs until then is paid at once."""
    upfront = _difference(subscription, order) if when == When.NOW else 0
    made = make_once(
        _price(order.price_ref),
        order.seats,
        {
            "account": str(subscription.account.uuid),
            "operation": key,
            "replaces": subscription.provider_ref,
            "when": when.value,
        },
        start_at=subscription.period_end,
        upfront=upfront if upfront >= LEAST_CHARGE else 0,
    )
    return Change(Outcome.NEEDS_APPROVAL, made["short_url"], popup_of(made), made["id"])


def _cannot_change(error: Refused) -> bool:
    """By its words: Razorpay's errors have no codes for that."""
    text = str(error).lower()
    return "payment mode is" in text or "card mandate is applicable" in text


def _difference(subscription: Subscription, order: Order) -> int:
    start, end, now = subscription.period_start, subscription.period_end, clock.now()
    if subscription.status == Status.TRIALING or start is None or end is None:
        return 0
    before, then = _price(subscription.price_ref), _price(order.price_ref)
    left = (end - now) / (end - start)
    paid = before.amount * subscription.seats
    # In the new interval's money for as long as the old period lasts.
    wanted = order.amount * order.seats * _MONTHS[before.interval] / _MONTHS[then.interval]
    return max(0, round((wanted - paid) * left))


def _price(reference: str) -> PlanPrice:
    return PlanPrice.objects.get(provider_ref=reference)


def note_of(data: dict[str, Any], name: str) -> str:
    """One of the notes that we have put on a subscription; empty notes are a list."""
    return str((data["notes"] or {}).get(name, ""))
