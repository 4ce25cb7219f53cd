"""What Stripe has of an account: the only way by which the state of subscriptions comes in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import stripe

from subscriptions.models import BillingAccount
from subscriptions.provider import Event, InvoiceState, Sighting, State, Status, SubscriptionState

from .client import client, speaking
from .webhooks import event_of

PAGE = 100
"""How many Stripe gives at once, at most."""
_STATUS = {
    "incomplete": Status.INCOMPLETE,
    "incomplete_expired": Status.CANCELED,
    "trialing": Status.TRIALING,
    "active": Status.ACTIVE,
    "past_due": Status.PAST_DUE,
    "unpaid": Status.UNPAID,
    "paused": Status.PAUSED,
    "canceled": Status.CANCELED,
}


def fetch(account: BillingAccount) -> State:
    """All subscriptions and invoices of the account's customer, with two requests."""
    if not account.customer_ref:
        return State()
    with speaking():
        subscriptions = client().subscriptions.list(
            {
                "customer": account.customer_ref,
                "status": "all",
                "limit": PAGE,
                "expand": ["data.default_payment_method", "data.schedule"],
            }
        )
        invoices = client().invoices.list({"customer": account.customer_ref, "limit": PAGE})
        return State(
            tuple(_subscription(found.to_dict()) for found in subscriptions.data),
            tuple(_invoice(found.to_dict()) for found in invoices.data),
        )


def settle(account: BillingAccount, state: State) -> bool:
    """Nothing: Stripe does by itself what follows from a state."""
    return False


def due_for_settling() -> list[int]:
    """The accounts that have to be settled because of the time: none at Stripe."""
    return []


def scan(since: datetime | None = None) -> Iterator[Sighting]:
    """All subscriptions that Stripe has, or those made since then, page by page."""
    params: stripe.params.SubscriptionListParams = {
        "status": "all",
        "limit": PAGE,
        "expand": ["data.default_payment_method", "data.schedule"],
    }
    if since:
        params["created"] = {"gte": int(since.timestamp())}
    with speaking():
        for found in client().subscriptions.list(params).auto_paging_iter():
            data = found.to_dict()
            account = data["metadata"].get("account", "")
            yield Sighting(account, data["customer"], _subscription(data))


def missed_events(since: datetime) -> Iterator[Event]:
    """All events since then, whether they were delivered or not. Stripe keeps them for 30 days."""
    with speaking():
        params: stripe.params.EventListParams = {"created": {"gte": int(since.timestamp())}, "limit": PAGE}
        for found in client().events.list(params).auto_paging_iter():
            yield event_of(found.to_dict())


def _subscription(data: dict[str, Any]) -> SubscriptionState:
    item = data["items"]["data"][0]
    status = Status.PAUSED if data["pause_collection"] else _STATUS[data["status"]]
    return SubscriptionState(
        reference=data["id"],
        status=status,
        raw_status=data["status"],
        price_ref=item["price"]["id"],
        seats=item["quantity"] or 0,
        created=_required(data["created"]),
        customer=data["customer"],
        period_start=_moment(item["current_period_start"]),
        period_end=_moment(item["current_period_end"]),
        trial_end=_moment(data["trial_end"]),
        cancel_at=_cancel_at(data, item),
        pending=_pending(data),
        payment_method=_payment_method(data["default_payment_method"]),
        raw={
            name: data[name] for name in ("id", "status", "customer", "cancel_at_period_end", "cancel_at", "metadata")
        },
    )


def _cancel_at(data: dict[str, Any], item: dict[str, Any]) -> datetime | None:
    """The portal sets the date alone, the API's flag sets both; what has ended ends no more."""
    if data["status"] == "canceled":
        return None
    at = data["cancel_at"] or (item["current_period_end"] if data["cancel_at_period_end"] else None)
    return _moment(at)


def _pending(data: dict[str, Any]) -> dict[str, Any]:
    """What waits for its payment, or is scheduled."""
    if data["pending_update"] and data["pending_update"]["subscription_items"]:
        item = data["pending_update"]["subscription_items"][0]
        return {"price_ref": item["price"]["id"], "seats": item["quantity"], "at": None}
    schedule = data["schedule"]
    if not isinstance(schedule, dict) or len(schedule["phases"]) < 2:
        return {}
    now, then = schedule["phases"][:2]
    at = _required(now["end_date"]).isoformat()
    return {"price_ref": then["items"][0]["price"], "seats": then["items"][0]["quantity"], "at": at}


def _payment_method(data: Any) -> str:
    if not isinstance(data, dict):
        return ""
    card = data.get("card")
    if not card:
        return str(data["type"]).replace("_", " ").title()
    return f"{str(card['brand']).title()} ending in {card['last4']}"


def _invoice(data: dict[str, Any]) -> InvoiceState:
    parent = (data["parent"] or {}).get("subscription_details") or {}
    lines = data["lines"]["data"]
    return InvoiceState(
        reference=data["id"],
        subscription=parent.get("subscription") or "",
        number=data["number"] or "",
        status=data["status"] or "draft",
        currency=data["currency"],
        total=data["total"],
        amount_paid=data["amount_paid"],
        issued_at=_required(data["status_transitions"]["finalized_at"] or data["created"]),
        period_start=_moment(min((line["period"]["start"] for line in lines), default=None)),
        period_end=_moment(max((line["period"]["end"] for line in lines), default=None)),
        paid_at=_moment(data["status_transitions"]["paid_at"]),
        attempts=data["attempt_count"],
        next_attempt_at=_moment(data["next_payment_attempt"]),
        url=data["hosted_invoice_url"] or "",
        pdf_url=data["invoice_pdf"] or "",
    )


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else _required(seconds)


def _required(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
