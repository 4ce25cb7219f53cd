"""Products and prices at Stripe."""

from __future__ import annotations

import stripe
from django.conf import settings

from subscriptions.provider import Offer

from .client import client, speaking


def ensure_price(offer: Offer) -> str:
    """Stripe's id of the price; makes it, and its plan's product, where Stripe has no such one.

    A price cannot change (https://docs.stripe.com/products-prices/manage-prices): where the amount is another, a new
    one takes over the lookup key, and whoever pays the old one goes on doing so.
    """
    with speaking():
        found = _price(offer)
        if found is None:
            return _make(offer)
        if (found.currency, found.unit_amount) == (offer.currency, offer.amount):
            return found.id
        made = _make(offer)
        client().prices.update(found.id, {"active": False})
        return made


def lookup_key(offer: Offer) -> str:
    """By what the price is found again."""
    return f"{settings.SITE_SLUG}_{offer.plan}_{offer.interval}"


def _price(offer: Offer) -> stripe.Price | None:
    found = client().prices.list({"lookup_keys": [lookup_key(offer)], "active": True, "limit": 1}).data
    return found[0] if found else None


def _make(offer: Offer) -> str:
    interval: stripe.params.PriceCreateParamsRecurring = {"interval": offer.interval.value}
    made = client().prices.create(
        {
            "product": _ensure_product(offer),
            "currency": offer.currency,
            "unit_amount": offer.amount,
            "recurring": interval,
            "lookup_key": lookup_key(offer),
            "transfer_lookup_key": True,
            "nickname": offer.name,
            "metadata": {"plan": offer.plan},
        }
    )
    return made.id


def _ensure_product(offer: Offer) -> str:
    name = f"{settings.SITE_SLUG}_{offer.plan}"
    try:
        return client().products.retrieve(name).id
    except stripe.InvalidRequestError as error:
        if error.code != "resource_missing":
            raise
    return client().products.create({"id": name, "name": offer.name, "metadata": {"plan": offer.plan}}).id
