"""Subscriptions: made, authorised, charged, changed, ended.

https://razorpay.com/docs/payments/subscriptions/states/, …/workflow/, …/update/, …/cancel/
"""

from __future__ import annotations

import hmac
from hashlib import sha256

from django.conf import settings

from subscriptions.sandbox.periods import Due, after
from subscriptions.sandbox.world import Thing, new_id

from .methods import method
from .shop import Shop, refuse

DAY = 86_400
RETRIES = 3
"""Days on which a charge that failed is tried again: then the subscription is halted."""
MONTHS = {"monthly": 1, "yearly": 12}
LONGEST = {"monthly": 120, "yearly": 10}
"""How many cycles a mandate may have."""


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
    subscription = shop.make("subscription", "sub", **_fresh(params, starts))
    subscription["short_url"] = f"{shop.origin}/rzp/{subscription['id']}"
    shop.hidden(subscription).update(addons=params.get("addons", []))
    return subscription


def _fresh(params: Thing, starts: int | None) -> Thing:
    return {
        "plan_id": params["plan_id"],
        "customer_id": None,
        "status": "created",
        "current_start": None,
        "current_end": None,
        "ended_at": None,
        "quantity": params.get("quantity", 1),
        "notes": params.get("notes") or [],  # empty notes are a list
        "charge_at": starts,
        "start_at": starts,
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


# --- Mandates ---
def authorise(shop: Shop, subscription: Thing, kind: str) -> Thing:
    """The customer gives a mandate; gives what Razorpay's window hands to the page."""
    if subscription["status"] != "created":
        refuse("Customer payment is not allowed for the Subscription at this stage.")
    shop.hidden(subscription).update(method=kind)
    subscription.update(customer_id=new_id("cust"), payment_method=method(kind).name)
    if subscription["start_at"] and subscription["start_at"] > shop.world.now:
        _wait(shop, subscription)
    else:
        _begin(shop, subscription)
    return signed(subscription["id"])


def signed(name: str) -> Thing:
    """A payment's id with Razorpay's signature: https://razorpay.com/docs/payments/subscriptions/integration-guide/"""
    payment = new_id("pay")
    said = f"{payment}|{name}".encode()
    signature = hmac.new(settings.RAZORPAY_KEY_SECRET.encode(), said, sha256).hexdigest()
    return {
        "razorpay_payment_id": payment,
        "razorpay_subscription_id": name,
        "razorpay_signature": signature,
    }


def _wait(shop: Shop, subscription: Thing) -> None:
    """It starts later; what is to be paid before is charged now."""
    upfront = sum(addon["item"]["amount"] for addon in shop.hidden(subscription)["addons"])
    if upfront:
        charge(shop, subscription, upfront, paid=True)
    subscription["status"] = "authenticated"
    shop.emit("authenticated", subscription)


def _begin(shop: Shop, subscription: Thing) -> None:
    now = shop.world.now
    subscription.update(start_at=now)
    shop.emit("authenticated", subscription)
    _enter_period(shop, subscription, now)
    _paid(shop, subscription, invoice_of_period(shop, subscription, paid=True))


def change_method(shop: Shop, subscription: Thing, kind: str) -> None:
    """Another card or account; a charge that is owed is made with it."""
    shop.hidden(subscription).update(method=kind)
    subscription["payment_method"] = method(kind).name
    owed = [invoice for invoice in _invoices(shop, subscription) if invoice["status"] == "issued"]
    if subscription["status"] in ("pending", "halted") and owed and _pays(shop, subscription):
        for invoice in owed:
            invoice.update(_payment(shop, invoice))
        _paid(shop, subscription, owed[-1])
    else:
        shop.emit("updated", subscription)


def _invoices(shop: Shop, subscription: Thing) -> list[Thing]:
    found = shop.world.all("invoice").values()
    return [invoice for invoice in found if invoice["subscription_id"] == subscription["id"]]


def _pays(shop: Shop, subscription: Thing) -> bool:
    return shop.hidden(subscription)["method"] not in ("fails_later", "declined")


# --- Charges ---
def invoice_of_period(shop: Shop, subscription: Thing, *, paid: bool) -> Thing:
    """The invoice of the period that goes on."""
    plan = shop.find("plan", subscription["plan_id"])
    return charge(shop, subscription, plan["item"]["amount"] * subscription["quantity"], paid=paid)


def charge(shop: Shop, subscription: Thing, amount: int, *, paid: bool) -> Thing:
    """An invoice, paid or owed: https://razorpay.com/docs/api/payments/invoices/"""
    plan = shop.find("plan", subscription["plan_id"])
    invoice = shop.make(
        "invoice",
        "inv",
        subscription_id=subscription["id"],
        customer_id=subscription["customer_id"],
        status="issued",
        type="invoice",
        amount=amount,
        amount_paid=0,
        amount_due=amount,
        currency=plan["item"]["currency"],
        payment_id=None,
        order_id=new_id("order"),
        receipt=None,
        invoice_number=None,
        billing_start=subscription["current_start"],
        billing_end=subscription["current_end"],
        issued_at=shop.world.now,
        paid_at=None,
        notes=[],
        line_items=[],
    )
    invoice["short_url"] = f"{shop.origin}/rzp-invoice/{invoice['id']}"
    if paid:
        invoice.update(_payment(shop, invoice))
    return invoice


def _payment(shop: Shop, invoice: Thing) -> Thing:
    return {
        "status": "paid",
        "amount_paid": invoice["amount"],
        "amount_due": 0,
        "payment_id": new_id("pay"),
        "paid_at": shop.world.now,
    }


def _paid(shop: Shop, subscription: Thing, invoice: Thing) -> None:
    before = subscription["status"]
    subscription.update(
        status="active",
        auth_attempts=0,
        paid_count=subscription["paid_count"] + 1,
        charge_at=subscription["current_end"],
    )
    subscription["remaining_count"] = subscription["total_count"] - subscription["paid_count"]
    payment = {
        "id": invoice["payment_id"],
        "entity": "payment",
        "amount": invoice["amount"],
        "currency": invoice["currency"],
        "status": "captured",
        "order_id": invoice["order_id"],
        "invoice_id": invoice["id"],
        "method": subscription["payment_method"],
        "captured": "1",  # a string in some of Razorpay's samples
        "notes": [],
        "created_at": shop.world.now,
    }
    if before != "active":
        shop.emit("activated", subscription, payment)
    shop.emit("charged", subscription, payment)


def _enter_period(shop: Shop, subscription: Thing, start: int) -> None:
    plan = shop.find("plan", subscription["plan_id"])
    end = after(start, MONTHS[plan["period"]] * plan["interval"])
    subscription.update(current_start=start, current_end=end)


# --- Changes ---
def edit(shop: Shop, subscription: Thing, params: Thing) -> Thing:
    """Change it, or refuse in Razorpay's own words: https://razorpay.com/docs/payments/subscriptions/update/"""
    if subscription["status"] not in ("authenticated", "active"):
        refuse("Can't update subscription when subscription is not in Authenticated or Active state")
    kind = shop.hidden(subscription)["method"]
    if subscription["payment_method"] in ("upi", "emandate"):
        refuse(f"subscriptions cannot be updated when payment mode is {subscription['payment_method']}")
    if kind != "international" and set(params) - {"offer_id"}:
        refuse("Only offers can be updated for subscriptions when payment mode is domestic card", "offer_id")
    wanted: Thing = {name: params[name] for name in ("plan_id", "quantity") if name in params}
    shop.find("plan", str(wanted.get("plan_id", subscription["plan_id"])))
    if params.get("schedule_change_at") == "cycle_end":
        shop.hidden(subscription).update(scheduled=wanted)
        subscription.update(has_scheduled_changes=True, change_scheduled_at=subscription["current_end"])
        return subscription
    difference = _difference(shop, subscription, wanted)
    subscription.update(wanted)
    if difference > 0:
        charge(shop, subscription, difference, paid=True)
    shop.emit("updated", subscription)
    return subscription


def _difference(shop: Shop, subscription: Thing, wanted: Thing) -> int:
    """What is owed at once for the days that are left."""
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
    if subscription["status"] in ("cancelled", "expired", "completed"):
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
    if subscription["status"] in ("authenticated", "active", "pending"):
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
        subscription.update(shop.hidden(subscription).pop("scheduled"))
        subscription.update(has_scheduled_changes=False, change_scheduled_at=None)
        shop.emit("updated", subscription)
    _enter_period(shop, subscription, subscription["current_end"] or subscription["start_at"])
    invoice = invoice_of_period(shop, subscription, paid=_pays(shop, subscription))
    if invoice["status"] == "paid":
        _paid(shop, subscription, invoice)
    else:
        subscription.update(status="pending", auth_attempts=1, charge_at=shop.world.now + DAY)
        shop.emit("pending", subscription)


def _try_again(shop: Shop, subscription: Thing) -> None:
    owed = [invoice for invoice in _invoices(shop, subscription) if invoice["status"] == "issued"]
    if _pays(shop, subscription):
        owed[-1].update(_payment(shop, owed[-1]))
        _paid(shop, subscription, owed[-1])
        return
    subscription["auth_attempts"] += 1
    if subscription["auth_attempts"] > RETRIES:
        subscription.update(status="halted", charge_at=None)
        shop.emit("halted", subscription)
    else:
        subscription["charge_at"] = shop.world.now + DAY
        shop.emit("pending", subscription)
