"""Where customers pay at Razorpay: its own page, or its window over one of ours."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.conf import settings

from subscriptions import clock
from subscriptions.models import BillingAccount, CheckoutAttempt, PlanPrice
from subscriptions.plans import Interval
from subscriptions.provider import Checkout, NotTheirs, Refused

from .catalogue import PAGE
from .client import checkout_script, sdk

CYCLES = {Interval.MONTH: 120, Interval.YEAR: 10}
"""For how long a mandate is asked: ten years, the most that is safe by Razorpay's own documents."""
LIFETIME = timedelta(days=1)
"""How long a checkout can be paid."""


def ensure_customer(account: BillingAccount) -> str:
    """'': Razorpay makes the customer by itself, when the first mandate is given."""
    return ""


def start_checkout(account: BillingAccount, attempt: CheckoutAttempt) -> Checkout:
    """A subscription that waits for the customer's mandate. A trial is one that starts later.

    https://razorpay.com/docs/payments/subscriptions/workflow/
    """
    notes = {"account": str(account.uuid), "operation": str(attempt.pk)}
    start_at = None
    if attempt.trial_days:
        start_at = clock.now() + timedelta(days=attempt.trial_days)
        notes["trial"] = str(attempt.trial_days)
    made = make_once(attempt.price, attempt.seats, notes, start_at=start_at)
    return Checkout(made["id"], made["short_url"], clock.now() + LIFETIME, popup_of(made))


def make_once(
    price: PlanPrice, seats: int, notes: dict[str, str], *, start_at: datetime | None = None, upfront: int = 0
) -> dict[str, Any]:
    """A new subscription or, where one was made for that operation before, that one: Razorpay knows no idempotency."""
    found = _made_for(price.provider_ref, notes["operation"])
    if found:
        return found
    params: dict[str, Any] = {
        "plan_id": price.provider_ref,
        "quantity": seats,
        "total_count": CYCLES[Interval(price.interval)],
        "expire_by": int((clock.now() + LIFETIME).timestamp()),
        "customer_notify": True,
        "notes": notes,
    }
    if start_at:
        params["start_at"] = int(start_at.timestamp())
    if upfront:
        item = {"name": "Difference for this period", "amount": upfront, "currency": price.currency.upper()}
        params["addons"] = [{"item": item}]
    made: dict[str, Any] = sdk().subscription.create(params)
    return made


def popup_of(subscription: dict[str, Any]) -> dict[str, str]:
    """What checkout.js needs to open Razorpay's window."""
    return {
        "script": checkout_script(),
        "key": settings.RAZORPAY_KEY_ID,
        "subscription_id": subscription["id"],
        "name": settings.SITE_NAME,
    }


def expire_checkout(reference: str) -> None:
    """Let nobody pay there any more. Raises Refused where somebody has."""
    found = sdk().subscription.fetch(reference)
    if found["status"] not in ("created", "expired", "cancelled"):
        raise Refused("Somebody has subscribed there.")
    if found["status"] == "created":
        sdk().subscription.cancel(reference, {"cancel_at_cycle_end": False})


def confirm_checkout(account: BillingAccount, attempt: CheckoutAttempt, answer: Mapping[str, str]) -> None:
    """Raise NotTheirs unless what the browser brings back was signed for the subscription that was begun here.

    https://razorpay.com/docs/payments/subscriptions/integration-guide/ (the name of the subscription is ours).
    """
    if "razorpay_signature" not in answer:
        return  # somebody comes back from Razorpay's own page, which brings nothing along
    reference = attempt.provider_ref or ""
    said = f"{answer.get('razorpay_payment_id', '')}|{reference}".encode()
    expected = hmac.new(settings.RAZORPAY_KEY_SECRET.encode(), said, sha256).hexdigest()
    signature = answer["razorpay_signature"].encode("utf-8", "replace")
    if not settings.RAZORPAY_KEY_SECRET or not hmac.compare_digest(expected.encode(), signature):
        raise NotTheirs("This checkout is not the one that was begun here.")


def payment_method_url(account: BillingAccount, return_url: str) -> str:
    """Razorpay's page of the subscription, where another card or account can be given."""
    current = account.current
    return str(sdk().subscription.fetch(current.provider_ref)["short_url"]) if current else return_url


def portal_url(account: BillingAccount, return_url: str) -> str:
    """Our own page: Razorpay has none."""
    return return_url


def _made_for(plan: str, operation: str) -> dict[str, Any] | None:
    found = sdk().subscription.all({"plan_id": plan, "count": PAGE})["items"]
    return next((one for one in found if (one["notes"] or {}).get("operation") == operation), None)
