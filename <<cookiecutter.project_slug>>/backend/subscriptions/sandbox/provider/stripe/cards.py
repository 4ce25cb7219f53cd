"""Cards to try with, as https://docs.stripe.com/testing has them."""

from __future__ import annotations

from dataclasses import dataclass

from .shapes import part
from .shop import Shop


@dataclass(frozen=True)
class Card:
    """A card, and what becomes of payments with it."""

    kind: str
    label: str
    brand: str
    last4: str


CARDS = (
    Card("ok", "Pays", "visa", "4242"),
    Card("authenticate", "Asks for authentication", "visa", "3155"),
    Card("fails_later", "Pays now, fails at renewal", "mastercard", "0341"),
    Card("declined", "Is declined", "visa", "0002"),
)
"""What the sandbox's pages offer to pay with."""


AT_CHECKOUT = "checkout"
"""The customer is there, and has shown the bank who they are if it asked."""
AT_CHANGE = "change"
"""Nobody is there whom a bank could ask."""
AT_RENEWAL = "renewal"
"""Nobody is there either, and the bank has agreed to it before."""
_GOOD_FOR = {
    AT_CHECKOUT: {"ok", "authenticate", "fails_later"},
    AT_CHANGE: {"ok"},
    AT_RENEWAL: {"ok", "authenticate"},
}


def card(kind: str) -> Card:
    """The card of that kind. Raises StopIteration for one that there is not."""
    return next(card for card in CARDS if card.kind == kind)


def attach(shop: Shop, customer: str, kind: str) -> str:
    """Have the customer pay with that card from now on; gives the payment method's id."""
    chosen = card(kind)
    details = part("payment_method", "card") | {
        "brand": chosen.brand,
        "display_brand": chosen.brand,
        "last4": chosen.last4,
        "exp_month": 12,
        "exp_year": 2040,
        "country": "US",
        "funding": "credit",
        "fingerprint": f"sandbox{chosen.last4}",
    }
    method = shop.make("payment_method", type="card", customer=customer, card=details, metadata={})
    shop.card_of(customer).update(kind=kind, payment_method=method["id"])
    shop.emit("payment_method.attached", method)
    for subscription in shop.world.all("subscription").values():
        if subscription["customer"] == customer and subscription["status"] != "canceled":
            shop.change(subscription, "customer.subscription.updated", default_payment_method=method["id"])
    return str(method["id"])


def pays(shop: Shop, customer: str, occasion: str) -> bool:
    """Does the customer's card pay? See the occasions."""
    return shop.card_of(customer)["kind"] in _GOOD_FOR[occasion]
