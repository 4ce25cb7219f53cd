"""Subscriptions: begun, changed, renewed, ended.

https://docs.stripe.com/billing/subscriptions/overview, …/prorations, …/pending-updates, …/cancel
"""

from __future__ import annotations

import copy
from typing import Any

from subscriptions.sandbox.periods import Due, after, next_after
from subscriptions.sandbox.world import Thing

from . import catalogue, invoices, schedules
from .cards import AT_CHANGE, AT_CHECKOUT, AT_RENEWAL, pays
from .invoices import DAY, Line
from .shapes import part
from .shop import ApiError, Shop, invalid

PENDING_HOURS = 23
"""How long a change waits for its payment, at most: https://docs.stripe.com/billing/subscriptions/pending-updates"""
CAN_WAIT = {
    "add_invoice_items",
    "billing_cycle_anchor",
    "expand",
    "items",
    "payment_behavior",
    "proration_behavior",
    "proration_date",
    "trial_end",
    "trial_from_plan",
}
"""What can be asked for together with a change that may wait; at Stripe `cancel_at_period_end`, too."""
MONTHS = {"month": 1, "year": 12}


def begin(shop: Shop, customer: str, items: list[Thing], terms: Thing) -> Thing:
    """Make a subscription of [{"price", "quantity"}], as checkout does, and have it paid.

    `terms` are the checkout's `subscription_data`.
    """
    subscription = _new(shop, customer, terms.get("metadata", {}))
    trial_days = int(terms.get("trial_period_days") or 0)
    for item in items:
        subscription["items"]["data"].append(_item(shop, subscription, item, trial_days))
    subscription["items"]["url"] = f"/v1/subscription_items?subscription={subscription['id']}"
    subscription["currency"] = subscription["items"]["data"][0]["price"]["currency"]
    if trial_days:
        _begin_trial(shop, subscription, trial_days, terms.get("trial_settings"))
    else:
        shop.emit("customer.subscription.created", subscription)
        invoice = invoices.issue(shop, subscription, _lines(subscription), "subscription_create", occasion=AT_CHECKOUT)
        if invoice["status"] == "paid":
            shop.change(subscription, "customer.subscription.updated", status="active")
    return subscription


def _new(shop: Shop, customer: str, metadata: Thing) -> Thing:
    now = shop.world.now
    return shop.make(
        "subscription",
        customer=customer,
        status="incomplete",
        start_date=now,
        billing_cycle_anchor=now,
        metadata=metadata,
        billing_mode={"type": "flexible", "flexible": {"proration_discounts": "included"}, "updated_at": now},
        default_payment_method=shop.card_of(customer)["payment_method"],
    )


def _item(shop: Shop, subscription: Thing, wanted: Thing, trial_days: int) -> Thing:
    price, now = shop.find("price", wanted["price"]), shop.world.now
    end = now + trial_days * DAY if trial_days else after(now, _months(price))
    item = shop.shape(
        "subscription_item",
        subscription=subscription["id"],
        quantity=int(wanted.get("quantity", 1)),
        current_period_start=now,
        current_period_end=end,
        metadata={},
    )
    return catalogue.give_price(item, price)


def _begin_trial(shop: Shop, subscription: Thing, days: int, settings: Thing | None) -> None:
    end = subscription["items"]["data"][0]["current_period_end"]
    subscription.update(status="trialing", trial_start=shop.world.now, trial_end=end, billing_cycle_anchor=end)
    behaviour = part("subscription", "trial_settings", "end_behavior")
    behaviour["missing_payment_method"] = "create_invoice"
    subscription["trial_settings"] = {"end_behavior": behaviour | (settings or {}).get("end_behavior", {})}
    shop.emit("customer.subscription.created", subscription)
    free = [Line(f"Trial of {days} days", 0, item, shop.world.now, end) for item in subscription["items"]["data"]]
    invoices.issue(shop, subscription, free, "subscription_create", occasion=AT_CHECKOUT)


def _months(price: Thing) -> int:
    return MONTHS[price["recurring"]["interval"]] * int(price["recurring"]["interval_count"])


def _lines(subscription: Thing) -> list[Line]:
    """What a period costs."""
    return [
        Line(
            _name(item),
            item["quantity"] * item["price"]["unit_amount"],
            item,
            item["current_period_start"],
            item["current_period_end"],
        )
        for item in subscription["items"]["data"]
    ]


def _name(item: Thing) -> str:
    return f"{item['quantity']} seats of {item['price']['nickname'] or item['price']['id']}"


# --- Changes ---
def update(shop: Shop, subscription: Thing, params: Thing) -> Thing:
    """https://docs.stripe.com/api/subscriptions/update, as far as we use it."""
    if subscription["status"] == "canceled":
        invalid("A canceled subscription can only update its cancellation_details and metadata.")
    if isinstance(params.get("billing_cycle_anchor"), str):
        invalid("Invalid object", "billing_cycle_anchor")
    if params.get("payment_behavior") == "pending_if_incomplete" and (others := params.keys() - CAN_WAIT):
        invalid("This cannot be updated when `payment_behavior` is `pending_if_incomplete`.", min(others))
    values = _cancellation(shop, subscription, params)
    if "metadata" in params:
        values["metadata"] = subscription["metadata"] | params["metadata"]
    if "default_payment_method" in params:
        values["default_payment_method"] = shop.find("payment_method", params["default_payment_method"])["id"]
    if "items" in params:
        values |= _changed_items(shop, subscription, params)
    shop.change(subscription, "customer.subscription.updated", **values)
    return subscription


def _cancellation(shop: Shop, subscription: Thing, params: Thing) -> Thing:
    """When it ends: the flag sets the date too, and the date no flag."""
    if not params.keys() & {"cancel_at_period_end", "cancel_at"}:
        return {}
    if subscription["schedule"]:
        invalid(
            f"The subscription is managed by the subscription schedule `{subscription['schedule']}`, and updating any "
            "cancelation behavior directly is not allowed. Please update the schedule instead."
        )
    by_flag = params.get("cancel_at_period_end") == "true"
    date = "max_period_end" if by_flag else params.get("cancel_at", "")
    if not date:
        return {"cancel_at_period_end": False, "cancel_at": None, "canceled_at": None}
    ends = [item["current_period_end"] for item in subscription["items"]["data"]]
    at = {"min_period_end": min(ends), "max_period_end": max(ends)}.get(date) or int(date)
    return {"cancel_at_period_end": by_flag, "cancel_at": at, "canceled_at": shop.world.now}


def _changed_items(shop: Shop, subscription: Thing, params: Thing) -> Thing:
    """The items after a change, or the change waiting for its payment."""
    items, lines = changed(shop, subscription, params)
    anchor = _anchor(subscription, items)
    if not lines or params.get("proration_behavior") != "always_invoice" or subscription["status"] == "trialing":
        return {"items": items, "billing_cycle_anchor": anchor}
    behaviour, due = params.get("payment_behavior"), sum(line.amount for line in lines)
    if behaviour == "error_if_incomplete" and due > 0 and not pays(shop, subscription["customer"], AT_CHANGE):
        raise ApiError(402, "card_error", "Your card was declined.", "card_declined")
    if subscription["pending_update"]:
        _void_latest(shop, subscription)
    invoice = invoices.issue(shop, subscription, lines, "subscription_update", occasion=AT_CHANGE)
    if invoice["status"] == "paid":
        return _applied(invoice, items, anchor) | {"pending_update": None}
    if behaviour == "pending_if_incomplete":
        return {"pending_update": _pending(shop, subscription, items, anchor), "latest_invoice": invoice["id"]}
    return _applied(invoice, items, anchor) | {"status": "past_due"}


def _applied(invoice: Thing, items: Thing, anchor: int) -> Thing:
    return {"items": items, "billing_cycle_anchor": anchor, "latest_invoice": invoice["id"]}


def _pending(shop: Shop, subscription: Thing, items: Thing, anchor: int) -> Thing:
    soon = shop.world.now + PENDING_HOURS * 3600
    return part("subscription", "pending_update") | {
        "billing_cycle_anchor": anchor,
        "expires_at": min(soon, _period_end(subscription)),
        "subscription_items": items["data"],
    }


def _anchor(subscription: Thing, items: Thing) -> int:
    """From when periods are counted: anew where one has begun with the change, as its length is another."""
    before, then = subscription["items"]["data"][0], items["data"][0]
    begins_anew = before["current_period_start"] != then["current_period_start"]
    return int(then["current_period_start"] if begins_anew else subscription["billing_cycle_anchor"])


def changed(shop: Shop, subscription: Thing, params: Thing) -> tuple[Thing, list[Line]]:
    """The items after a change, and what it costs: what is left of the period, at the old price and at the new.

    https://docs.stripe.com/billing/subscriptions/prorations
    """
    items = copy.deepcopy(subscription["items"])
    lines: list[Line] = []
    for wanted in params["items"]:
        item = next((item for item in items["data"] if item["id"] == wanted.get("id")), None)
        if item is None:
            invalid(f"No such subscription item: '{wanted.get('id')}'", "items[0][id]", "resource_missing")
        before = copy.deepcopy(item)
        if wanted.get("price"):
            catalogue.give_price(item, shop.find("price", wanted["price"]))
        item["quantity"] = int(wanted.get("quantity", item["quantity"]))
        lines += _prorated(shop, subscription, before, item)
    return items, lines


def _prorated(shop: Shop, subscription: Thing, before: Thing, item: Thing) -> list[Line]:
    old, new = _amount(before), _amount(item)
    same_interval = _months(before["price"]) == _months(item["price"])
    if subscription["status"] == "trialing" or (old == new and same_interval):
        return []
    now, start, end = shop.world.now, item["current_period_start"], item["current_period_end"]
    left = (end - now) / max(1, end - start)
    unused = Line("Unused time", -round(old * left), before, now, end, is_proration=True)
    if same_interval:
        return [unused, Line("Remaining time", round(new * left), item, now, end, is_proration=True)]
    item.update(current_period_start=now, current_period_end=after(now, _months(item["price"])))
    return [unused, Line(_name(item), new, item, now, item["current_period_end"])]


def _amount(item: Thing) -> int:
    return int(item["quantity"] * item["price"]["unit_amount"])


def paid(shop: Shop, invoice: Thing) -> None:
    """What an invoice changes that was open and is paid now."""
    name = invoice["parent"]["subscription_details"]["subscription"]
    subscription = shop.find("subscription", name)
    pending = subscription["pending_update"]
    if pending and subscription["latest_invoice"] == invoice["id"]:
        items = subscription["items"] | {"data": pending["subscription_items"]}
        anchor = pending["billing_cycle_anchor"] or subscription["billing_cycle_anchor"]
        subscription.update(items=items, pending_update=None, billing_cycle_anchor=anchor)
        shop.emit("customer.subscription.pending_update_applied", subscription)
        shop.emit("customer.subscription.updated", subscription, {"pending_update": pending})
    elif subscription["status"] in ("past_due", "unpaid", "incomplete"):
        shop.change(subscription, "customer.subscription.updated", status="active")


def end(shop: Shop, subscription: Thing, reason: str) -> Thing:
    """End it now."""
    details = part("subscription", "cancellation_details") | {"reason": reason}
    subscription.update(
        status="canceled",
        ended_at=shop.world.now,
        canceled_at=subscription["canceled_at"] or shop.world.now,
        cancellation_details=details,
        schedule=None,
    )
    shop.emit("customer.subscription.deleted", subscription)
    return subscription


def _end_as_asked(shop: Shop, subscription: Thing) -> None:
    end(shop, subscription, "cancellation_requested")


# --- Time ---
def dues(shop: Shop) -> list[Due]:
    """What will happen to subscriptions, whenever."""
    found = []
    for subscription in shop.world.all("subscription").values():
        if subscription["status"] in ("trialing", "active", "past_due", "unpaid"):
            found += _dues(shop, subscription)
    return found


def _dues(shop: Shop, subscription: Thing) -> list[Due]:
    found = []
    if subscription["pending_update"]:  # ends before the period, if with it
        found.append(Due(subscription["pending_update"]["expires_at"], lambda: _give_up(shop, subscription)))
    found.append(Due(_period_end(subscription), lambda: _period_ends(shop, subscription)))
    if subscription["cancel_at"]:
        found.append(Due(subscription["cancel_at"], lambda: _end_as_asked(shop, subscription)))
    latest = shop.world.all("invoice").get(subscription["latest_invoice"])
    if latest and latest["status"] == "open" and latest["next_payment_attempt"]:
        found.append(Due(latest["next_payment_attempt"], lambda: _retry(shop, subscription, latest)))
    return found


def _period_end(subscription: Thing) -> int:
    return int(min(item["current_period_end"] for item in subscription["items"]["data"]))


def _period_ends(shop: Shop, subscription: Thing) -> None:
    if subscription["cancel_at"] and subscription["cancel_at"] <= shop.world.now:
        _end_as_asked(shop, subscription)
        return
    if subscription["status"] == "trialing" and not subscription["default_payment_method"]:
        match subscription["trial_settings"]["end_behavior"]["missing_payment_method"]:
            case "cancel":
                _end_as_asked(shop, subscription)
                return
            case "pause":
                shop.change(subscription, "customer.subscription.paused", status="paused")
                return
    schedules.enter_next_phase(shop, subscription)
    _renew(shop, subscription)


def _renew(shop: Shop, subscription: Thing) -> None:
    for item in subscription["items"]["data"]:
        start = item["current_period_end"]
        months = _months(item["price"])
        item.update(current_period_start=start)
        item["current_period_end"] = next_after(subscription["billing_cycle_anchor"], start, months)
    if subscription["status"] == "unpaid":
        shop.emit("customer.subscription.updated", subscription, {})
        return
    invoice = invoices.issue(shop, subscription, _lines(subscription), "subscription_cycle", occasion=AT_RENEWAL)
    if invoice["status"] != "paid":
        invoices.plan_retry(shop, invoice)
    status = "active" if invoice["status"] == "paid" else "past_due"
    before: dict[str, Any] = {"status": subscription["status"]}
    subscription["status"] = status
    shop.emit("customer.subscription.updated", subscription, before)


def _retry(shop: Shop, subscription: Thing, invoice: Thing) -> None:
    if invoices.pay(shop, invoice, occasion=AT_RENEWAL):
        paid(shop, invoice)
    elif not invoices.plan_retry(shop, invoice):
        _stop_trying(shop, subscription)


def _stop_trying(shop: Shop, subscription: Thing) -> None:
    """What Stripe does when a payment has failed for good is a setting of the account: so it is of the dashboard."""
    if shop.world.settings.get("final_failure") == "cancel":
        end(shop, subscription, "payment_failed")
    else:
        shop.change(subscription, "customer.subscription.updated", status="unpaid")


def _give_up(shop: Shop, subscription: Thing) -> None:
    """A change that nobody has paid for is forgotten."""
    _void_latest(shop, subscription)
    subscription["pending_update"] = None
    shop.emit("customer.subscription.pending_update_expired", subscription)


def _void_latest(shop: Shop, subscription: Thing) -> None:
    invoice = shop.find("invoice", subscription["latest_invoice"])
    if invoice["status"] == "open":
        invoices.void(shop, invoice)
