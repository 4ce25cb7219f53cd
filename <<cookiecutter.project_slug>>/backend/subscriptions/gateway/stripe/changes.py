"""Changing a subscription at Stripe."""

from __future__ import annotations

from datetime import UTC, datetime

import stripe

from subscriptions.models import Invoice, Subscription
from subscriptions.provider import Change, Order, Outcome, Preview, Refused, When

from .client import client, speaking


def preview_change(subscription: Subscription, order: Order) -> Preview:
    """What Stripe would charge now: https://docs.stripe.com/api/invoices/create_preview"""
    with speaking():
        item = _item(subscription)
        invoice = client().invoices.create_preview(
            {
                "subscription": subscription.provider_ref,
                "subscription_details": {
                    "items": [{"id": item, "price": order.price_ref, "quantity": order.seats}],
                    "proration_behavior": "always_invoice",
                },
            }
        )
    return Preview(
        due_now=invoice.total,
        next_amount=order.amount * order.seats,
        currency=invoice.currency,
        at=datetime.now(UTC),
        is_estimate=False,
    )


def change(subscription: Subscription, order: Order, when: When, key: str) -> Change:
    """Another price or number of seats.

    NOW is invoiced at once, and happens only if that is paid: until then Stripe keeps it as a pending update
    (https://docs.stripe.com/billing/subscriptions/pending-updates). PERIOD_END is a schedule that is released after.
    """
    with speaking():
        _release(subscription, key)
        if when == When.PERIOD_END:
            return _schedule(subscription, order, key)
        return _change_now(subscription, order, key)


def cancel(subscription: Subscription, when: When, key: str) -> None:
    """End it, now or with the period that is paid."""
    with speaking():
        _release(subscription, key)
        if when == When.NOW:
            client().subscriptions.cancel(subscription.provider_ref, {}, {"idempotency_key": key})
        else:
            _update(subscription, {"cancel_at_period_end": True}, key)


def resume(subscription: Subscription, key: str) -> None:
    """Take back what was to come at the period's end: a cancellation, from here or the portal, or a change.

    The portal sets a date and not the flag (https://docs.stripe.com/billing/subscriptions/billing-mode).
    """
    with speaking():
        _release(subscription, key)
        found = client().subscriptions.retrieve(subscription.provider_ref)
        if found.cancel_at_period_end:
            _update(subscription, {"cancel_at_period_end": False}, key)
        elif found.cancel_at:
            _update(subscription, {"cancel_at": ""}, key)


def pay(invoice: Invoice, key: str) -> Change:
    """Try the customer's card for an open invoice. Raises Declined."""
    with speaking():
        client().invoices.pay(invoice.provider_ref, {}, {"idempotency_key": key})
    return Change(Outcome.APPLIED)


def _change_now(subscription: Subscription, order: Order, key: str) -> Change:
    item = _item(subscription)
    updated = _update(
        subscription,
        {
            "items": [{"id": item, "price": order.price_ref, "quantity": order.seats}],
            "proration_behavior": "always_invoice",
            "payment_behavior": "pending_if_incomplete",
            "expand": ["latest_invoice"],
        },
        key,
    )
    if updated.pending_update is None:
        return Change(Outcome.APPLIED)
    invoice = updated.latest_invoice
    url = invoice.hosted_invoice_url if isinstance(invoice, stripe.Invoice) else ""
    return Change(Outcome.PAYMENT_PENDING, url=url or "")


def _schedule(subscription: Subscription, order: Order, key: str) -> Change:
    schedule = client().subscription_schedules.create(
        {"from_subscription": subscription.provider_ref}, {"idempotency_key": f"{key}-schedule"}
    )
    now = schedule.phases[0]
    first = now.items[0]
    price = first.price if isinstance(first.price, str) else first.price.id
    client().subscription_schedules.update(
        schedule.id,
        {
            "end_behavior": "release",
            "proration_behavior": "none",
            "phases": [
                {
                    "items": [{"price": price, "quantity": first.quantity or 1}],
                    "start_date": now.start_date,
                    "end_date": now.end_date,
                },
                {
                    "items": [{"price": order.price_ref, "quantity": order.seats}],
                    "duration": {"interval": order.interval.value, "interval_count": 1},
                },
            ],
        },
        {"idempotency_key": key},
    )
    return Change(Outcome.SCHEDULED)


def _release(subscription: Subscription, key: str) -> None:
    """Take a schedule off, through which alone the subscription could be changed."""
    found = client().subscriptions.retrieve(subscription.provider_ref)
    if found.schedule:
        name = found.schedule if isinstance(found.schedule, str) else found.schedule.id
        client().subscription_schedules.release(name, {}, {"idempotency_key": f"{key}-release"})


def _update(
    subscription: Subscription, params: stripe.params.SubscriptionUpdateParams, key: str
) -> stripe.Subscription:
    return client().subscriptions.update(subscription.provider_ref, params, {"idempotency_key": key})


def _item(subscription: Subscription) -> str:
    items = client().subscriptions.retrieve(subscription.provider_ref).to_dict()["items"]["data"]
    if len(items) != 1:
        raise Refused("This subscription was put together by hand. Write to us, and we change it for you.")
    return str(items[0]["id"])
