"""Checkout and the portal's sessions.

https://docs.stripe.com/payments/checkout/build-subscriptions, https://docs.stripe.com/customer-management
"""

from __future__ import annotations

from subscriptions.sandbox.world import Thing

from . import subscriptions
from .cards import attach
from .shop import Shop, invalid

DAY = 86_400


def create(shop: Shop, params: Thing) -> Thing:
    """A page on which the customer subscribes; good for a day, unless it is said otherwise."""
    if params.get("mode") != "subscription":
        invalid("The sandbox knows checkouts of subscriptions alone.", "mode")
    session = shop.make(
        "checkout.session",
        mode="subscription",
        status="open",
        payment_status="unpaid",
        customer=shop.find("customer", params["customer"])["id"],
        success_url=params["success_url"],
        cancel_url=params.get("cancel_url"),
        client_reference_id=params.get("client_reference_id"),
        metadata=params.get("metadata", {}),
        expires_at=int(params.get("expires_at") or shop.world.now + DAY),
        ui_mode="hosted_page",
        payment_method_types=["card"],
        payment_method_collection=params.get("payment_method_collection", "always"),
    )
    session["url"] = f"{shop.origin}/c/pay/{session['id']}"
    for item in params["line_items"]:
        shop.find("price", item["price"])
    shop.world.note("checkouts")[session["id"]] = params
    return session


def expire(shop: Shop, session: Thing) -> Thing:
    """Nobody can pay there any more."""
    if session["status"] != "open":
        invalid('Only Checkout Sessions with a status in ["open"] can be expired.')
    session.update(status="expired", url=None)
    shop.emit("checkout.session.expired", session)
    return session


def complete(shop: Shop, session: Thing, card: str) -> Thing:
    """The customer subscribes, with a card of that kind or, for a trial, with '' and so without one."""
    if card:
        attach(shop, session["customer"], card)
    params = shop.world.note("checkouts")[session["id"]]
    terms = params.get("subscription_data", {})
    subscription = subscriptions.begin(shop, session["customer"], params["line_items"], terms)
    paid = subscription["status"] != "trialing"
    session.update(
        status="complete",
        payment_status="paid" if paid else "no_payment_required",
        subscription=subscription["id"],
        invoice=subscription["latest_invoice"],
        url=None,
    )
    shop.emit("checkout.session.completed", session)
    return subscription


def can_go_without_card(shop: Shop, session: Thing) -> bool:
    """A trial may begin without a payment method, if the product says so."""
    terms = shop.world.note("checkouts")[session["id"]].get("subscription_data", {})
    return bool(terms.get("trial_period_days")) and session["payment_method_collection"] == "if_required"


def open_portal(shop: Shop, params: Thing) -> Thing:
    """A page on which the customer changes the subscription; with flow_data, for one purpose."""
    session = shop.make(
        "billing_portal.session",
        customer=shop.find("customer", params["customer"])["id"],
        return_url=params.get("return_url"),
        configuration="bpc_sandbox",
    )
    purpose = params.get("flow_data", {}).get("type", "")
    session["url"] = f"{shop.origin}/p/session/{session['id']}" + (f"?flow={purpose}" if purpose else "")
    return session


def dues(shop: Shop) -> list[tuple[int, Thing]]:
    """The sessions that are open, and when each ends."""
    sessions = shop.world.all("checkout.session").values()
    return [(session["expires_at"], session) for session in sessions if session["status"] == "open"]
