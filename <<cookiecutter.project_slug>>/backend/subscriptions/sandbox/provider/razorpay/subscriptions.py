"""Subscriptions: made, authorised, charged, changed, ended.

https://razorpay.com/docs/payments/subscriptions/states/, …/workflow/, …/update/, …/cancel/
"""

from __future__ import annotations

import hmac
from hashlib import sha256

from django.conf import settings

from subscriptions.sandbox.periods import Due, after
from subscriptions.sandbox.world import Thing, new_id

from . import charges
from .charges import Line
from .methods import method
from .shop import Shop, refuse

DAY = 86_400
RETRIES = 3
"""Days on which a charge that failed is tried again: then the subscription is halted."""
MONTHS = {"monthly": 1, "yearly": 12}
LONGEST = {"monthly": 120, "yearly": 10}
"""How many cycles a mandate may have."""
OVER = ("cancelled", "expired", "completed")
"""States that a subscription never leaves."""
LEAST_DIFFERENCE = 50
"""Of a smaller difference between before and after Razorpay makes neither a charge nor a refund."""


def create(shop: Shop, params: Thing) -> Thing:
    """A subscription that waits for its mandate."""
    plan = shop.world.all("plan").get(params.get("plan_id", ""))
    if plan is None:
        refuse("The id provided does not exist", "plan_id")
    total = params.get("total_count")
    if not total:
        refuse("The total count field is required.", "total_count")
    if total > LONGEST[plan["period"]]:
        refuse("Exceeds the maximum total count allowed.", "total_count")
    starts = params.get("start_at")
    if starts and starts <= shop.world.now:
        refuse("The start time should be in the future.", "start_at")
    if len(params.get("notes") or {}) > 15:
        refuse("The notes may not have more than 15 items.", "notes")
    subscription = shop.make("subscription", "sub", **_fresh(params))
    if starts:
        _start_at(shop, subscription, starts)
    subscription["short_url"] = f"{shop.origin}/rzp/{subscription['id']}"
    shop.hidden(subscription).update(addons=params.get("addons", []))
    return subscription


def _fresh(params: Thing) -> Thing:
    return {
        "plan_id": params["plan_id"],
        "customer_id": None,
        "status": "created",
        "current_start": None,
        "current_end": None,
        "ended_at": None,
        "quantity": params.get("quantity", 1),
        "notes": params.get("notes") or [],  # empty notes are a list
        "charge_at": None,
        "start_at": None,
        "end_at": None,
        "auth_attempts": 0,
        "total_count": params["total_count"],
        "paid_count": 0,
        "customer_notify": bool(params.get("customer_notify", True)),
        "expire_by": params.get("expire_by"),
        "has_scheduled_changes": False,
        "change_scheduled_at": None,
        "source": "api",
        "remaining_count": params["total_count"],
        "payment_method": None,
        "offer_id": None,
    }


def _start_at(shop: Shop, subscription: Thing, moment: int) -> None:
    end = after(moment, _months(shop, subscription) * subscription["total_count"])
    subscription.update(start_at=moment, charge_at=moment, end_at=end)


def _months(shop: Shop, subscription: Thing) -> int:
    plan = shop.find("plan", subscription["plan_id"])
    return int(MONTHS[plan["period"]] * plan["interval"])


# --- Mandates ---
def authorise(shop: Shop, subscription: Thing, kind: str) -> Thing:
    """The customer gives a mandate; gives what Razorpay's window hands to the page."""
    if subscription["status"] != "created":
        refuse("Customer payment is not allowed for the Subscription at this stage.")
    shop.hidden(subscription).update(method=kind)
    subscription.update(customer_id=new_id("cust"), payment_method=method(kind).name)
    later = subscription["start_at"] and subscription["start_at"] > shop.world.now
    payment = _wait(shop, subscription) if later else _begin(shop, subscription)
    return signed(payment["id"], subscription["id"])


def signed(payment: str, name: str) -> Thing:
    """A payment's id with Razorpay's signature: https://razorpay.com/docs/payments/subscriptions/integration-guide/"""
    said = f"{payment}|{name}".encode()
    signature = hmac.new(settings.RAZORPAY_KEY_SECRET.encode(), said, sha256).hexdigest()
    return {
        "razorpay_payment_id": payment,
        "razorpay_subscription_id": name,
        "razorpay_signature": signature,
    }


def _wait(shop: Shop, subscription: Thing) -> Thing:
    """It starts later; what is to be paid before is charged now, and if that is nothing, a token."""
    upfront = _upfront(shop, subscription)
    if upfront:
        payment = charges.collect(shop, subscription, charges.bill(shop, subscription, upfront))
    else:
        payment = charges.take_token(shop, subscription)
    subscription["status"] = "authenticated"
    shop.emit("authenticated", subscription)
    return payment


def _begin(shop: Shop, subscription: Thing) -> Thing:
    """It starts now; what is to be paid before is charged with the first period."""
    _start_at(shop, subscription, shop.world.now)
    subscription["status"] = "authenticated"
    shop.emit("authenticated", subscription)
    _enter_period(shop, subscription, subscription["start_at"])
    lines = [_line(shop, subscription), *_upfront(shop, subscription)]
    payment = charges.collect(shop, subscription, charges.bill(shop, subscription, lines))
    _paid(shop, subscription, payment)
    return payment


def _upfront(shop: Shop, subscription: Thing) -> list[Line]:
    items = [addon["item"] for addon in shop.hidden(subscription)["addons"]]
    return [Line(item["name"], item["amount"]) for item in items]


def change_method(shop: Shop, subscription: Thing, kind: str) -> None:
    """Another card or account; the last charge that is owed is made with it, and none before that.

    https://razorpay.com/docs/payments/subscriptions/payment-retries/
    """
    if subscription["status"] in OVER:
        refuse("Customer payment is not allowed for the Subscription at this stage.")
    if (subscription["payment_method"], method(kind).name) == ("upi", "upi"):
        refuse("From UPI you can change to a card only.")
    shop.hidden(subscription).update(method=kind)
    subscription["payment_method"] = method(kind).name
    owed = charges.owed(shop, subscription)
    if subscription["status"] in ("pending", "halted") and owed and _pays(shop, subscription):
        _paid(shop, subscription, charges.collect(shop, subscription, owed[-1]))
    else:
        shop.emit("updated", subscription)


def _pays(shop: Shop, subscription: Thing) -> bool:
    return shop.hidden(subscription)["method"] not in ("fails_later", "declined")


# --- Charges ---
def _line(shop: Shop, subscription: Thing) -> Line:
    """What a period costs."""
    item = shop.find("plan", subscription["plan_id"])["item"]
    return Line(item["name"], item["amount"], subscription["quantity"], "plan")


def _paid(shop: Shop, subscription: Thing, payment: Thing) -> None:
    before = subscription["status"]
    subscription.update(
        status="active",
        auth_attempts=0,
        paid_count=subscription["paid_count"] + 1,
        charge_at=subscription["current_end"],
    )
    if before != "active":
        shop.emit("activated", subscription, payment)
    shop.emit("charged", subscription, payment)


def _enter_period(shop: Shop, subscription: Thing, start: int) -> None:
    """What is left counts the periods that have begun, paid or not."""
    end = after(start, _months(shop, subscription))
    subscription.update(
        current_start=start, current_end=end, charge_at=end, remaining_count=subscription["remaining_count"] - 1
    )


# --- Changes ---
def edit(shop: Shop, subscription: Thing, params: Thing) -> Thing:
    """Change it, or refuse in Razorpay's own words: https://razorpay.com/docs/payments/subscriptions/update/"""
    if subscription["status"] not in ("authenticated", "active"):
        refuse("Can't update subscription when subscription is not in Authenticated or Active state")
    if subscription["payment_method"] == "upi":
        refuse("subscriptions cannot be updated when payment mode is UPI")
    if shop.hidden(subscription)["method"] != "international" and set(params) - {"offer_id"}:
        refuse("Only offers can be updated for subscriptions when payment mode is domestic card", "offer_id")
    wanted: Thing = {name: params[name] for name in ("plan_id", "quantity", "remaining_count") if name in params}
    shop.find("plan", str(wanted.get("plan_id", subscription["plan_id"])))
    if params.get("schedule_change_at") == "cycle_end":
        shop.hidden(subscription).update(scheduled=wanted)
        subscription.update(has_scheduled_changes=True, change_scheduled_at=subscription["charge_at"])
        return subscription
    _settle_difference(shop, subscription, wanted)
    _change(subscription, wanted)
    shop.emit("updated", subscription)
    return subscription


def _change(subscription: Thing, wanted: Thing) -> None:
    gone = subscription["total_count"] - subscription["remaining_count"]
    subscription.update(wanted)
    subscription["total_count"] = gone + subscription["remaining_count"]


def _settle_difference(shop: Shop, subscription: Thing, wanted: Thing) -> None:
    """Charge what more it costs for the days that are left; what less it costs is given back without an invoice."""
    difference = _difference(shop, subscription, wanted)
    if 0 < abs(difference) < LEAST_DIFFERENCE:
        refuse(f"The difference between the amounts should be at least {LEAST_DIFFERENCE}.", "plan_id")
    if difference > 0:
        line = Line("Difference for this period", difference)
        charges.collect(shop, subscription, charges.bill(shop, subscription, [line]))


def _difference(shop: Shop, subscription: Thing, wanted: Thing) -> int:
    """What is owed at once for the days that are left, or given back."""
    if subscription["status"] != "active":
        return 0
    before = shop.find("plan", subscription["plan_id"])["item"]["amount"] * subscription["quantity"]
    then = subscription | wanted
    amount = shop.find("plan", then["plan_id"])["item"]["amount"] * then["quantity"]
    start, end = subscription["current_start"], subscription["current_end"]
    difference = int(amount - before)
    return round(difference * (int(end) - shop.world.now) / (int(end) - int(start)))


def scheduled(shop: Shop, subscription: Thing) -> Thing:
    """The subscription as it will be."""
    if not subscription["has_scheduled_changes"]:
        refuse("There are no scheduled changes for the subscription.")
    wanted: Thing = shop.hidden(subscription)["scheduled"]
    return subscription | wanted


def forget_scheduled(shop: Shop, subscription: Thing) -> Thing:
    """Let it go on as it is."""
    scheduled(shop, subscription)
    shop.hidden(subscription).pop("scheduled")
    subscription.update(has_scheduled_changes=False, change_scheduled_at=None)
    return subscription


def cancel(shop: Shop, subscription: Thing, params: Thing) -> Thing:
    """End it now, or with its cycle: the latter changes nothing that can be seen (razorpay-node #330, #452)."""
    if subscription["status"] in OVER:
        refuse(f"Subscription is not cancellable in {subscription['status']} status.", "status")
    if params.get("cancel_at_cycle_end") and subscription["status"] == "active":
        shop.hidden(subscription).update(ends=True)
        return subscription
    return _end(shop, subscription, "cancelled")


def _end(shop: Shop, subscription: Thing, status: str) -> Thing:
    subscription.update(status=status, ended_at=shop.world.now, charge_at=None)
    if status != "expired":  # of which no webhook tells
        shop.emit(status, subscription)
    return subscription


# --- Time ---
def dues(shop: Shop) -> list[Due]:
    """What will happen to subscriptions, whenever."""
    found = []
    for subscription in shop.world.all("subscription").values():
        at = _next(subscription)
        if at is not None:
            found.append(Due(at, lambda subscription=subscription: _happen(shop, subscription)))  # type: ignore[misc]
    return found


def _next(subscription: Thing) -> int | None:
    if subscription["status"] == "created":
        moments = [subscription[name] for name in ("expire_by", "start_at") if subscription[name]]
        return min(moments, default=None)
    if subscription["status"] in ("authenticated", "active", "pending", "halted"):
        found: int | None = subscription["charge_at"]
        return found
    return None


def _happen(shop: Shop, subscription: Thing) -> None:
    if subscription["status"] == "created":
        _end(shop, subscription, "expired")
    elif subscription["status"] == "pending":
        _try_again(shop, subscription)
    elif shop.hidden(subscription).get("ends"):
        _end(shop, subscription, "cancelled")
    elif subscription["remaining_count"] == 0:
        _end(shop, subscription, "completed")
    else:
        _renew(shop, subscription)


def _renew(shop: Shop, subscription: Thing) -> None:
    if subscription["has_scheduled_changes"]:
        _change(subscription, shop.hidden(subscription).pop("scheduled"))
        subscription.update(has_scheduled_changes=False, change_scheduled_at=None)
        shop.emit("updated", subscription)
    _enter_period(shop, subscription, subscription["current_end"] or subscription["start_at"])
    invoice = charges.bill(shop, subscription, [_line(shop, subscription)])
    if subscription["status"] == "halted":
        return  # invoices go on, and nobody is charged
    if _pays(shop, subscription):
        _paid(shop, subscription, charges.collect(shop, subscription, invoice))
    else:
        subscription.update(status="pending", auth_attempts=1, charge_at=shop.world.now + DAY)
        shop.emit("pending", subscription)


def _try_again(shop: Shop, subscription: Thing) -> None:
    if _pays(shop, subscription):
        _paid(shop, subscription, charges.collect(shop, subscription, charges.owed(shop, subscription)[-1]))
        return
    subscription["auth_attempts"] += 1
    if subscription["auth_attempts"] > RETRIES:
        subscription.update(status="halted", charge_at=subscription["current_end"])
        shop.emit("halted", subscription)
    else:
        subscription["charge_at"] = shop.world.now + DAY
        shop.emit("pending", subscription)
