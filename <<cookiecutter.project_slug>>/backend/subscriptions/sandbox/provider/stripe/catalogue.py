"""Products and prices, and the list of events: https://docs.stripe.com/products-prices/overview"""

from __future__ import annotations

import json

from subscriptions.sandbox.world import Thing

from .lists import paged, was_made
from .shapes import part
from .shop import Shop, invalid


def product(shop: Shop, params: Thing) -> Thing:
    """A product; its id may be one's own."""
    if params.get("id") in shop.world.all("product"):
        invalid("Product already exists.", "id", "resource_already_exists")
    usual = {"active": True, "type": "service", "updated": shop.world.now, "metadata": {}}
    made = shop.make("product", **usual | params)
    shop.emit("product.created", made)
    return made


def price(shop: Shop, params: Thing) -> Thing:
    """A price; with `transfer_lookup_key` it takes the key from the one that had it."""
    key = params.get("lookup_key")
    holders = [price for price in shop.world.all("price").values() if key and price["lookup_key"] == key]
    if holders and params.get("transfer_lookup_key") != "true":
        invalid(f"A price (`{holders[0]['id']}`) already uses that lookup key.", "lookup_key")
    for holder in holders:
        shop.change(holder, "price.updated", lookup_key=None)
    amount = int(params["unit_amount"])
    recurring = part("price", "recurring") | {"interval": params["recurring"]["interval"], "interval_count": 1}
    made = shop.make(
        "price",
        active=True,
        product=shop.find("product", params["product"])["id"],
        currency=params["currency"],
        unit_amount=amount,
        unit_amount_decimal=str(amount),
        lookup_key=key,
        nickname=params.get("nickname"),
        billing_scheme="per_unit",
        type="recurring",
        recurring=recurring,
        metadata=params.get("metadata", {}),
    )
    shop.emit("price.created", made)
    return made


def change_price(shop: Shop, price: Thing, params: Thing) -> Thing:
    """What of a price can change; the amount cannot."""
    values: Thing = {name: params[name] for name in ("nickname", "metadata", "lookup_key") if name in params}
    if "active" in params:
        values["active"] = params["active"] == "true"
    shop.change(price, "price.updated", **values)
    return price


def give_price(item: Thing, price: Thing) -> Thing:
    """Have a subscription's item cost that; older code reads the same from its `plan`."""
    recurring = price["recurring"]
    plan = part("subscription_item", "plan") | {
        "amount": price["unit_amount"],
        "amount_decimal": price["unit_amount_decimal"],
        "interval": recurring["interval"],
        "interval_count": recurring["interval_count"],
    }
    same = ("id", "active", "billing_scheme", "created", "currency", "metadata", "nickname", "product")
    item.update(price=price, plan=plan | {name: price[name] for name in same})
    return item


def prices(shop: Shop, params: Thing) -> Thing:
    """Those with the keys that are asked for."""
    keys = params.get("lookup_keys", [])
    active = params.get("active")
    found = [
        price
        for price in shop.world.all("price").values()
        if (not keys or price["lookup_key"] in keys) and active in (None, str(price["active"]).lower())
    ]
    return paged(reversed(found), params, "/v1/prices")


def events(shop: Shop, params: Thing) -> Thing:
    """What has happened, the newest first: https://docs.stripe.com/api/events/list"""
    found = [json.loads(event["body"]) for event in shop.world.events if was_made(event, params)]
    return paged(reversed(found), params, "/v1/events")
