"""What Razorpay has of an account: the only way by which the state of subscriptions comes in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from subscriptions import clock
from subscriptions.models import BillingAccount, CheckoutAttempt, Subscription
from subscriptions.provider import Event, InvoiceState, Refused, Sighting, State, Status, SubscriptionState, When

from .catalogue import PAGE
from .changes import NOTICE, note_of, send_cancellation
from .client import sdk

_STATUS = {
    "created": Status.INCOMPLETE,
    "authenticated": Status.TRIALING,
    "active": Status.ACTIVE,
    "pending": Status.PAST_DUE,
    "halted": Status.UNPAID,
    "paused": Status.PAUSED,
    "cancelled": Status.CANCELED,
    "completed": Status.CANCELED,
    "expired": Status.CANCELED,
}
_INVOICE_STATUS = {
    "draft": "draft",
    "issued": "open",
    "partially_paid": "open",
    "paid": "paid",
    "cancelled": "void",
    "expired": "void",
    "deleted": "void",
}


def fetch(account: BillingAccount) -> State:
    """The account's subscriptions and their invoices, with two requests for each: Razorpay lists none of a customer."""
    found = [data for name in _names(account) if (data := _fetch(name)) is not None]
    held = dict(account.subscriptions.filter(is_current=True).values_list("provider_ref", "held_cancellation"))
    subscriptions = [_subscription(data, held.get(data["id"])) for data in found]
    return State(
        tuple(_with_successor(one, subscriptions) for one in subscriptions),
        tuple(_invoice(data) for one in found for data in _invoices(one)),
    )


def settle(account: BillingAccount, state: State) -> bool:
    """Do what follows from a state, which Razorpay does not do by itself. True if something has changed by that.

    What was replaced ends: now, or with its period. And what was to end is told to Razorpay when it is time.
    """
    live = {one.reference: one for one in state.subscriptions if one.status not in (Status.CANCELED, Status.INCOMPLETE)}
    replaced = [live[one.replaces] for one in live.values() if one.replaces in live]
    for old in replaced:
        _cancel_now(old.reference)
    _hold_for_successors(account, state)
    due = _due_cancellations().filter(account=account)
    for subscription in due:
        send_cancellation(subscription)
    return bool(replaced)


def due_for_settling() -> list[int]:
    """The accounts of which Razorpay has to be told something, because of the time."""
    return list(_due_cancellations().values_list("account_id", flat=True))


def scan(since: datetime | None = None) -> Iterator[Sighting]:
    """All subscriptions that Razorpay has, or those made since then, page by page."""
    skip, params = 0, {"count": PAGE}
    if since:
        params["from"] = int(since.timestamp())
    while items := sdk().subscription.all(params | {"skip": skip})["items"]:
        for data in items:
            held = Subscription.objects.filter(provider_ref=data["id"]).values_list("held_cancellation", flat=True)
            yield Sighting(note_of(data, "account"), "", _subscription(data, held.first()))
        skip += PAGE


def missed_events(since: datetime) -> Iterator[Event]:
    """None: Razorpay lists no events."""
    return iter(())


def _due_cancellations() -> Any:
    return Subscription.objects.filter(
        is_current=True,
        held_cancellation__lte=clock.now() + NOTICE,
        cancellation_sent=None,
        status__in=[Status.ACTIVE, Status.TRIALING],
    )


def _names(account: BillingAccount) -> list[str]:
    """What may still change, and what counted last."""
    rows = account.subscriptions.all()
    known = set(rows.exclude(status=Status.CANCELED).values_list("provider_ref", flat=True))
    known |= set(rows.filter(is_current=True).values_list("provider_ref", flat=True))
    tried = account.attempts.filter(provider_ref__isnull=False).exclude(state=CheckoutAttempt.State.EXPIRED)
    ended = set(rows.filter(status=Status.CANCELED).values_list("provider_ref", flat=True)) - known
    return sorted((known | {str(name) for name in tried.values_list("provider_ref", flat=True)}) - ended)


def _fetch(name: str) -> dict[str, Any] | None:
    try:
        data: dict[str, Any] = sdk().subscription.fetch(name)
    except Refused:  # the id does not exist there
        return None
    if data["has_scheduled_changes"]:
        data["scheduled"] = sdk().subscription.pending_update(name)
    return data


def _invoices(data: dict[str, Any]) -> list[dict[str, Any]]:
    if data["status"] == "created":
        return []
    found: list[dict[str, Any]] = sdk().invoice.all({"subscription_id": data["id"], "count": PAGE})["items"]
    return found


def _subscription(data: dict[str, Any], held: datetime | None) -> SubscriptionState:
    status, replaces = _STATUS[data["status"]], note_of(data, "replaces")
    starts = _moment(data["start_at"])
    waits = data["status"] == "authenticated"
    if waits and replaces:
        # It has taken another's place, or waits until that one's period ends.
        status = Status.ACTIVE if note_of(data, "when") == When.NOW else Status.INCOMPLETE
    if _ends_later(data, held, starts):
        status = Status.TRIALING if note_of(data, "trial") else Status.ACTIVE
        waits = True
    is_live = status in (Status.ACTIVE, Status.PAST_DUE, Status.TRIALING)
    return SubscriptionState(
        reference=data["id"],
        status=status,
        raw_status=data["status"],
        price_ref=data["plan_id"],
        seats=data["quantity"],
        created=_required(data["created_at"]),
        period_start=_moment(data["current_start"]),
        period_end=_moment(data["current_end"]) or (starts if waits else None),
        trial_end=starts if note_of(data, "trial") and data["status"] != "created" else None,
        cancel_at=held if is_live else None,
        pending=_pending(data),
        payment_method=_METHODS.get(data.get("payment_method") or "", ""),
        replaces=replaces if note_of(data, "when") == When.NOW else "",
        raw={
            "id": data["id"],
            "status": data["status"],
            "short_url": data["short_url"],
            "replaces": replaces,
            "when": note_of(data, "when"),
        },
    )


def _ends_later(data: dict[str, Any], held: datetime | None, starts: datetime | None) -> bool:
    """A wish to cancel was passed on before the first cycle, which ends it at once there. What is paid goes on here."""
    before_its_start = data["current_start"] is None and starts is not None and starts > clock.now()
    return data["status"] == "cancelled" and held is not None and before_its_start


_METHODS = {"card": "Card", "upi": "UPI", "emandate": "Bank account", "nach": "Bank account"}


def _pending(data: dict[str, Any]) -> dict[str, Any]:
    if "scheduled" not in data:
        return {}
    then, at = data["scheduled"], _required(data["change_scheduled_at"] or data["current_end"])
    return {"price_ref": then["plan_id"], "seats": then["quantity"], "at": at.isoformat()}


def _with_successor(one: SubscriptionState, others: list[SubscriptionState]) -> SubscriptionState:
    """With the change that the customer has approved for the end of the period, and so without a cancellation."""
    for other in others:
        is_next = other.raw["replaces"] == one.reference and other.raw["when"] == When.PERIOD_END
        if is_next and other.raw_status == "authenticated":
            at = other.period_end.isoformat() if other.period_end else None
            pending = {"price_ref": other.price_ref, "seats": other.seats, "at": at}
            return replace(one, pending=pending, cancel_at=None)
    return one


def _hold_for_successors(account: BillingAccount, state: State) -> None:
    """What has a successor ends with its period."""
    for one in state.subscriptions:
        if one.pending and one.status == Status.ACTIVE:
            names = [other.reference for other in state.subscriptions if other.raw["replaces"] == one.reference]
            if names:
                rows = account.subscriptions.filter(provider_ref=one.reference, held_cancellation=None)
                rows.update(held_cancellation=one.period_end)


def _cancel_now(reference: str) -> None:
    """Twice is no harm: what has ended is refused."""
    with suppress(Refused):
        sdk().subscription.cancel(reference, {"cancel_at_cycle_end": False})


def _invoice(data: dict[str, Any]) -> InvoiceState:
    return InvoiceState(
        reference=data["id"],
        subscription=data["subscription_id"] or "",
        number=data["invoice_number"] or data["receipt"] or "",
        status=_INVOICE_STATUS.get(data["status"], "open"),
        currency=data["currency"].lower(),
        total=data["amount"],
        amount_paid=data["amount_paid"] or 0,
        issued_at=_required(data["issued_at"] or data["created_at"]),
        period_start=_moment(data["billing_start"]),
        period_end=_moment(data["billing_end"]),
        paid_at=_moment(data["paid_at"]),
        url=data["short_url"] or "",
    )


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else _required(seconds)


def _required(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
