"""Plans, which can be neither changed nor removed: https://razorpay.com/docs/api/payments/subscriptions/create-plan/"""

from __future__ import annotations

from subscriptions.sandbox.world import Thing, new_id

from .shop import Shop


def create(shop: Shop, params: Thing) -> Thing:
    """A plan, with the item that says what it costs."""
    return shop.make(
        "plan",
        "plan",
        interval=params["interval"],
        period=params["period"],
        item=_item(params["item"], shop.world.now),
        notes=params.get("notes") or [],
    )


def _item(wanted: Thing, now: int) -> Thing:
    unused = ("description", "unit", "hsn_code", "sac_code", "tax_rate", "tax_id", "tax_group_id")
    return {
        "id": new_id("item"),
        "active": True,
        "type": "plan",
        "unit_amount": wanted["amount"],
        "tax_inclusive": False,
        "created_at": now,
        "updated_at": now,
        **dict.fromkeys(unused),
        **wanted,
    }
