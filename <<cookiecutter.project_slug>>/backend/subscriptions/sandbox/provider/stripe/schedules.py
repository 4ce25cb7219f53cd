"""Changes that come at the end of a period: https://docs.stripe.com/billing/subscriptions/subscription-schedules"""

from __future__ import annotations

from subscriptions.sandbox.world import Thing

from .catalogue import give_price
from .shapes import part
from .shop import Shop, invalid


def create(shop: Shop, params: Thing) -> Thing:
    """A schedule made from a subscription: its first phase is the period that goes on."""
    subscription = shop.find("subscription", params.get("from_subscription", ""))
    if subscription["schedule"]:
        invalid("You cannot create a subscription schedule from a subscription that is already attached to a schedule.")
    item = subscription["items"]["data"][0]
    schedule = shop.make(
        "subscription_schedule",
        customer=subscription["customer"],
        subscription=subscription["id"],
        status="active",
        end_behavior="release",
        current_phase={"start_date": item["current_period_start"], "end_date": item["current_period_end"]},
        metadata={},
    )
    schedule["phases"] = [_phase(item["current_period_start"], item["current_period_end"], [item])]
    shop.change(subscription, "customer.subscription.updated", schedule=schedule["id"])
    return schedule


def update(shop: Shop, schedule: Thing, params: Thing) -> Thing:
    """Say anew what its phases are; the first has to be the one that goes on."""
    phases = params["phases"]
    if int(phases[0]["start_date"]) != schedule["current_phase"]["start_date"]:
        invalid("The current phase's start_date can not be changed.", "phases[0][start_date]")
    end = int(phases[0]["end_date"])
    schedule["phases"] = [_wanted(shop, int(phases[0]["start_date"]), end, phases[0]["items"])]
    schedule["phases"] += [_wanted(shop, end, end, phase["items"]) for phase in phases[1:]]
    schedule["end_behavior"] = params.get("end_behavior", schedule["end_behavior"])
    shop.emit("subscription_schedule.updated", schedule)
    return schedule


def release(shop: Shop, schedule: Thing) -> Thing:
    """Let the subscription go on as it is."""
    subscription = shop.find("subscription", schedule["subscription"])
    schedule.update(status="released", released_at=shop.world.now, released_subscription=subscription["id"])
    schedule.update(subscription=None, current_phase=None)
    shop.emit("subscription_schedule.released", schedule)
    shop.change(subscription, "customer.subscription.updated", schedule=None)
    return schedule


def enter_next_phase(shop: Shop, subscription: Thing) -> None:
    """A period ends: what was to come is there, and the schedule is done with."""
    if not subscription["schedule"]:
        return
    schedule = shop.find("subscription_schedule", subscription["schedule"])
    if len(schedule["phases"]) > 1:
        for item, wanted in zip(subscription["items"]["data"], schedule["phases"][1]["items"], strict=True):
            if item["price"]["recurring"] != shop.find("price", wanted["price"])["recurring"]:
                subscription["billing_cycle_anchor"] = item["current_period_end"]
            give_price(item, shop.find("price", wanted["price"]))["quantity"] = wanted["quantity"]
    release(shop, schedule)


def _wanted(shop: Shop, start: int, end: int, items: list[Thing]) -> Thing:
    found = [{"price": shop.find("price", item["price"]), "quantity": int(item.get("quantity", 1))} for item in items]
    return _phase(start, end, found)


def _phase(start: int, end: int, items: list[Thing]) -> Thing:
    phase = part("subscription_schedule", "phases") | {"start_date": start, "end_date": end}
    phase["currency"] = items[0]["price"]["currency"]
    phase["proration_behavior"] = "none"
    phase["items"] = [
        part("subscription_schedule", "phases", "items") | {"price": item["price"]["id"], "quantity": item["quantity"]}
        for item in items
    ]
    return phase
