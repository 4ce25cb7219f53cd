"""Plans at Razorpay."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings

from subscriptions.plans import Interval
from subscriptions.provider import Offer

from .client import sdk

PAGE = 100
"""How many Razorpay gives at once, at most."""
_PERIODS = {Interval.MONTH: "monthly", Interval.YEAR: "yearly"}


def ensure_price(offer: Offer) -> str:
    """Razorpay's id of the plan for that price; makes it where there is none.

    A plan can be neither changed nor removed there (https://razorpay.com/docs/api/payments/subscriptions/create-plan/):
    another amount is another plan, and whoever subscribed to the old one goes on with it.
    """
    for plan in _plans():
        if _is_of(plan, offer):
            return str(plan["id"])
    made = sdk().plan.create(
        {
            "period": _PERIODS[offer.interval],
            "interval": 1,
            "item": {"name": offer.name, "amount": offer.amount, "currency": offer.currency.upper()},
            "notes": {"product": settings.SITE_SLUG, "plan": offer.plan},
        }
    )
    return str(made["id"])


def _plans() -> Iterator[dict[str, Any]]:
    skip = 0
    while items := sdk().plan.all({"count": PAGE, "skip": skip})["items"]:
        yield from items
        skip += PAGE


def _is_of(plan: dict[str, Any], offer: Offer) -> bool:
    notes = plan["notes"] or {}
    named = (notes.get("product"), notes.get("plan")) == (settings.SITE_SLUG, offer.plan)
    item = plan["item"]
    same = (item["amount"], item["currency"]) == (offer.amount, offer.currency.upper())
    return named and same and (plan["period"], plan["interval"]) == (_PERIODS[offer.interval], 1)
