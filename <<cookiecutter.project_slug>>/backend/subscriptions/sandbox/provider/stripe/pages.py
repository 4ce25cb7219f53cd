"""The pages on which customers pay and change what they have."""

from __future__ import annotations

from subscriptions.sandbox.http import Reply, Request, redirect
from subscriptions.sandbox.http import page as html
from subscriptions.sandbox.world import Thing

from . import cards, checkout, invoices, subscriptions
from .shop import ApiError, Shop


def page(shop: Shop, request: Request) -> Reply | None:
    """The page at that address, or what sending its form does; None if there is none."""
    match request.parts:
        case ["c", "pay", name]:
            return _checkout(shop, shop.find("checkout.session", name), request)
        case ["p", "session", name]:
            return _portal(shop, shop.find("billing_portal.session", name), request)
        case ["invoice", name]:
            return _invoice(shop, shop.find("invoice", name), request)
        case ["invoice", name, "pdf"]:
            return html("provider/invoice.html", invoice=shop.find("invoice", name), printed=True)
        case _:
            return None


def _checkout(shop: Shop, session: Thing, request: Request) -> Reply:
    if session["status"] != "open":
        return html("provider/over.html", back=session["cancel_url"], status=session["status"])
    if request.method == "GET":
        return _checkout_page(shop, session)
    choice = request.form.get("card", "")
    if choice == "declined":
        return _checkout_page(shop, session, problem="Your card was declined. Try another one.")
    if choice == "authenticate" and "confirmed" not in request.form:
        return html("provider/authenticate.html", action=request.path, amount=_first_amount(shop, session))
    checkout.complete(shop, session, choice)
    return redirect(session["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"]))


def _checkout_page(shop: Shop, session: Thing, problem: str = "") -> Reply:
    params = shop.world.note("checkouts")[session["id"]]
    item = params["line_items"][0]
    return html(
        "provider/checkout.html",
        price=shop.find("price", item["price"]),
        quantity=int(item.get("quantity", 1)),
        total=_first_amount(shop, session),
        trial_days=params.get("subscription_data", {}).get("trial_period_days"),
        without_card=checkout.can_go_without_card(shop, session),
        cards=cards.CARDS,
        problem=problem,
        back=session["cancel_url"],
    )


def _first_amount(shop: Shop, session: Thing) -> int:
    item = shop.world.note("checkouts")[session["id"]]["line_items"][0]
    return int(item.get("quantity", 1)) * int(shop.find("price", item["price"])["unit_amount"])


def _portal(shop: Shop, session: Thing, request: Request) -> Reply:
    problem = ""
    if request.method == "POST":
        try:
            _do(shop, session, request.form)
        except ApiError as error:
            problem = str(error)
        if "flow=" in request.query and not problem and session["return_url"]:
            return redirect(session["return_url"])
    own = [thing for thing in shop.world.all("subscription").values() if thing["customer"] == session["customer"]]
    live = [thing for thing in own if thing["status"] != "canceled"]
    bills = [thing for thing in shop.world.all("invoice").values() if thing["customer"] == session["customer"]]
    card = shop.world.all("payment_method").get(shop.card_of(session["customer"])["payment_method"])
    return html(
        "provider/portal.html",
        subscription=live[-1] if live else None,
        invoices=list(reversed(bills)),
        card=card["card"] if card else None,
        cards=cards.CARDS,
        only_card="payment_method_update" in request.query,
        back=session["return_url"],
        problem=problem,
    )


def _do(shop: Shop, session: Thing, form: dict[str, str]) -> None:
    """What a button of the portal does."""
    customer = session["customer"]
    if choice := form.get("card"):
        if choice == "declined":
            raise ApiError(402, "card_error", "Your card was declined. Try another one.")
        cards.attach(shop, customer, choice)
        return
    own = [thing for thing in shop.world.all("subscription").values() if thing["customer"] == customer]
    subscription = next(thing for thing in reversed(own) if thing["status"] != "canceled")
    match form.get("do"):
        case "cancel":
            # In flexible billing mode the portal sets the date and not the flag.
            subscriptions.update(shop, subscription, {"cancel_at": "min_period_end"})
        case "resume":
            subscriptions.update(shop, subscription, {"cancel_at": ""})


def _invoice(shop: Shop, invoice: Thing, request: Request) -> Reply:
    problem = ""
    if request.method == "POST" and invoice["status"] == "open":
        choice = request.form.get("card", "")
        if choice != "declined":
            cards.attach(shop, invoice["customer"], choice)
            invoices.pay(shop, invoice, occasion=cards.AT_CHECKOUT)
            subscriptions.paid(shop, invoice)
        else:
            problem = "Your card was declined. Try another one."
    return html("provider/invoice.html", invoice=invoice, cards=cards.CARDS, problem=problem, printed=False)
