"""Taking the plans to the provider."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction

from . import gateway
from .models import PlanPrice
from .plans import PAID, Interval
from .prices import CURRENCY
from .provider import Offer


class NotSynced(LookupError):
    """The provider does not know the plan's price yet: `manage.py sync_catalogue` tells it."""


def offers() -> Iterator[Offer]:
    """What the provider has to know."""
    for plan in PAID:
        for interval, amount in plan.prices.items():
            yield Offer(plan.key, plan.name, interval, CURRENCY, amount)


def sync_catalogue() -> list[PlanPrice]:
    """Have each price at the provider and its name here; gives those that are new.

    What a plan cost before stays as a price that is not active: whoever subscribed then pays it.
    """
    return [price for offer in offers() if (price := _sync(offer)) is not None]


def price_of(plan: str, interval: str) -> PlanPrice:
    """What new customers pay for a plan. Raises NotSynced."""
    price = PlanPrice.objects.filter(plan_key=plan, interval=interval, active=True).first()
    if price is None:
        raise NotSynced(f"The price of '{plan}' each {interval} is not at the payment provider yet.")
    return price


def _sync(offer: Offer) -> PlanPrice | None:
    reference = gateway.ensure_price(offer)
    with transaction.atomic():
        others = PlanPrice.objects.filter(plan_key=offer.plan, interval=offer.interval, active=True)
        others.exclude(provider_ref=reference).update(active=False)
        price, is_new = PlanPrice.objects.update_or_create(
            provider_ref=reference,
            defaults={
                "plan_key": offer.plan,
                "interval": Interval(offer.interval),
                "currency": offer.currency,
                "amount": offer.amount,
                "active": True,
            },
        )
    return price if is_new else None
