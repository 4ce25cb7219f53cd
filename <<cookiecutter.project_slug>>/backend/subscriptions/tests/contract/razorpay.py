"""What Razorpay's entities and requests look like, by the samples and tables of its documentation (April 2026).

The SDK has no types. A field is required that every sample has; what is null in any of them, or in our own notes of
what was seen, may be null. https://razorpay.com/docs/api/payments/subscriptions/, …/webhooks/subscriptions/
"""

import json
import re
from collections.abc import Callable
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, NotRequired, TypedDict, Union, get_args, get_origin, get_type_hints, is_typeddict

from subscriptions.sandbox.http import Request

__all__ = ["CARDS", "KINDS", "kinds", "parameter_violations", "parameters", "violations"]

KINDS = frozenset(
    {
        "collection",
        "event",
        "invoice",
        "payment",
        "plan",
        "subscription",
        "subscription.activated",
        "subscription.authenticated",
        "subscription.cancelled",
        "subscription.charged",
        "subscription.completed",
        "subscription.halted",
        "subscription.pending",
        "subscription.updated",
    }
)
"""The entities that the product has the sandbox make, and the events that it tells of."""
CARDS = ("upi", "international")
"""What is paid with, for all of them to come up."""

MOST = 10
"""How many of the values that are allowed a message names."""


def violations(value: dict[str, Any]) -> list[str]:
    """What is wrong with an answer of the API or an event, each as "path: what is wrong"; [] if nothing."""
    if list(value) == ["error"]:
        return _of_kind(value["error"], Error, "error")
    return _of_kind(value, Entity, str(value.get("entity", "")))


def parameter_violations(method: str, path: str, parameters: dict[str, Any]) -> list[str]:
    """What a request sends that the API does not know, each as "path: what is wrong"; [] if nothing."""
    for known, pattern, kind in _ENDPOINTS:
        if known == method and re.fullmatch(pattern.replace("{id}", "[^/]+"), path):
            return _of_kind(parameters, kind, "")
    return [f"{method} {path}: is no endpoint that is used"]


def parameters(request: Request) -> dict[str, Any]:
    """What a request sends, as the API understands it."""
    sent: dict[str, Any] = json.loads(request.body) if request.body else dict(request.pairs)
    return sent


def kinds(value: Any) -> set[str]:
    """The kinds of the entities in an answer or an event, and of the event itself."""
    if isinstance(value, list):
        return set().union(*(kinds(item) for item in value))
    if not isinstance(value, dict):
        return set()
    found = {value["entity"]} if isinstance(value.get("entity"), str) else set()
    if found == {"event"}:
        found.add(value["event"])
    return found.union(*(kinds(item) for item in value.values()))


# --- Entities ---
class Notes:
    """Texts by names that the product chooses; a list if there are none."""


class Entity(TypedDict):
    """Whatever its `entity` says that it is."""

    entity: str


class Collection(TypedDict):
    """One page of a list."""

    entity: Literal["collection"]
    count: int
    items: list[Entity]


class Item(TypedDict):
    """What a plan costs."""

    id: str
    active: bool
    name: str
    description: str | None
    amount: int
    unit_amount: int
    currency: str
    type: Literal["plan"]
    unit: str | None
    tax_inclusive: bool
    hsn_code: NotRequired[str | None]
    sac_code: NotRequired[str | None]
    tax_rate: NotRequired[int | None]
    tax_id: str | None
    tax_group_id: str | None
    created_at: int
    updated_at: int


class Plan(TypedDict):
    """https://razorpay.com/docs/api/payments/subscriptions/plans-entity/"""

    id: str
    entity: Literal["plan"]
    interval: int
    period: Literal["daily", "weekly", "monthly", "quarterly", "yearly"]
    item: Item
    notes: Notes
    created_at: int


class Subscription(TypedDict):
    """https://razorpay.com/docs/api/payments/subscriptions/entity/"""

    id: str
    entity: Literal["subscription"]
    plan_id: str
    customer_id: NotRequired[str | None]
    customer_email: NotRequired[str | None]
    status: Literal[
        "created", "authenticated", "active", "pending", "halted", "paused", "cancelled", "completed", "expired"
    ]
    current_start: int | None
    current_end: int | None
    ended_at: int | None
    quantity: int
    notes: Notes
    charge_at: int | None
    start_at: int | None
    end_at: int | None
    auth_attempts: int
    total_count: int
    paid_count: int
    remaining_count: NotRequired[int]
    customer_notify: bool
    created_at: int
    expire_by: NotRequired[int | None]
    short_url: NotRequired[str | None]
    has_scheduled_changes: NotRequired[bool]
    change_scheduled_at: NotRequired[int | None]
    source: NotRequired[str]
    offer_id: NotRequired[str | None]
    payment_method: NotRequired[str | None]
    paused_at: NotRequired[int | None]
    pause_initiated_by: NotRequired[str | None]
    cancel_initiated_by: NotRequired[str | None]
    type: NotRequired[int]


class CustomerDetails(TypedDict):
    """Whom an invoice is for."""

    id: str
    name: str | None
    email: str | None
    contact: str | None
    gstin: str | None
    billing_address: dict[str, Any] | None
    shipping_address: dict[str, Any] | None
    customer_name: str | None
    customer_email: str | None
    customer_contact: str | None


class LineItem(TypedDict):
    """What an invoice is for."""

    id: str
    item_id: str | None
    ref_id: NotRequired[str | None]
    ref_type: NotRequired[str | None]
    name: str
    description: str | None
    amount: int
    unit_amount: int
    gross_amount: int
    tax_amount: int
    taxable_amount: int
    net_amount: int
    currency: str
    type: Literal["invoice", "plan", "addon"]
    tax_inclusive: bool
    hsn_code: str | None
    sac_code: str | None
    tax_rate: int | None
    unit: str | None
    quantity: int
    taxes: list[dict[str, Any]]


class Invoice(TypedDict):
    """https://razorpay.com/docs/api/payments/invoices/entity/, …/payments/subscriptions/fetch-invoices/"""

    id: str
    entity: Literal["invoice"]
    type: Literal["invoice"]
    status: Literal["draft", "issued", "partially_paid", "paid", "expired", "cancelled", "deleted"]
    receipt: str | None
    invoice_number: str | None
    customer_id: str
    customer_details: CustomerDetails
    order_id: str | None
    payment_id: str | None
    subscription_id: NotRequired[str | None]
    subscription_status: NotRequired[str | None]
    line_items: NotRequired[list[LineItem]]
    amount: int
    amount_paid: int | None
    amount_due: int | None
    gross_amount: int
    tax_amount: int
    taxable_amount: int
    first_payment_min_amount: NotRequired[int | None]
    currency: str
    currency_symbol: NotRequired[str]
    billing_start: int | None
    billing_end: int | None
    date: int
    issued_at: int | None
    paid_at: int | None
    cancelled_at: int | None
    expired_at: int | None
    expire_by: int | None
    created_at: int
    sms_status: Literal["pending", "sent"] | None
    email_status: Literal["pending", "sent"] | None
    reminder_status: NotRequired[str | None]
    partial_payment: bool
    group_taxes_discounts: bool
    view_less: bool
    supply_state_code: NotRequired[str | None]
    user_id: NotRequired[str | None]
    idempotency_key: NotRequired[str | None]
    description: str | None
    comment: str | None
    terms: str | None
    notes: Notes
    short_url: str | None


class Payment(TypedDict):
    """https://razorpay.com/docs/api/payments/entity/"""

    id: str
    entity: Literal["payment"]
    amount: int
    base_amount: NotRequired[int]
    amount_refunded: int
    amount_transferred: NotRequired[int]
    currency: str
    status: Literal["created", "authorized", "captured", "refunded", "failed"]
    refund_status: Literal["partial", "full"] | None
    captured: bool | Literal["1"]  # in samples of webhooks
    order_id: str | None
    invoice_id: str | None
    customer_id: NotRequired[str]
    token_id: NotRequired[str | None]
    international: bool
    method: str
    card_id: str | None
    card: NotRequired[dict[str, Any]]
    bank: str | None
    wallet: str | None
    vpa: str | None
    upi: NotRequired[dict[str, Any]]
    acquirer_data: NotRequired[dict[str, Any]]
    description: str | None
    email: str
    contact: str
    notes: Notes
    fee: int | None
    tax: int | None
    error_code: str | None
    error_description: str | None
    error_source: NotRequired[str | None]
    error_step: NotRequired[str | None]
    error_reason: NotRequired[str | None]
    created_at: int


class Order(TypedDict):
    """What comes along with the events of invoices: https://razorpay.com/docs/api/orders/entity/"""

    id: str
    entity: Literal["order"]
    amount: int
    amount_paid: int
    amount_due: int
    currency: str
    receipt: str | None
    offer_id: NotRequired[str | None]
    offers: NotRequired[dict[str, Any] | list[str]]
    status: Literal["created", "attempted", "paid"]
    attempts: int
    notes: Notes
    created_at: int


class Customer(TypedDict):
    """https://razorpay.com/docs/api/customers/entity/"""

    id: str
    entity: Literal["customer"]
    name: str | None
    email: str | None
    contact: str | None
    gstin: str | None
    notes: Notes
    created_at: int


class HeldSubscription(TypedDict):
    """A subscription in an event."""

    entity: Subscription


class HeldPayment(TypedDict):
    """A payment in an event."""

    entity: Payment


class HeldInvoice(TypedDict):
    """An invoice in an event."""

    entity: Invoice


class HeldOrder(TypedDict):
    """An order in an event."""

    entity: Order


class Payload(TypedDict):
    """What an event is about."""

    subscription: NotRequired[HeldSubscription]
    payment: NotRequired[HeldPayment]
    invoice: NotRequired[HeldInvoice]
    order: NotRequired[HeldOrder]


class Event(TypedDict):
    """The body of a webhook: https://razorpay.com/docs/webhooks/payloads/"""

    entity: Literal["event"]
    account_id: str
    event: Literal[
        "subscription.authenticated",
        "subscription.activated",
        "subscription.charged",
        "subscription.completed",
        "subscription.updated",
        "subscription.pending",
        "subscription.halted",
        "subscription.cancelled",
        "subscription.paused",
        "subscription.resumed",
        "invoice.paid",
        "invoice.partially_paid",
        "invoice.expired",
        "payment.failed",
    ]
    contains: list[Literal["subscription", "payment", "invoice", "order"]]
    payload: Payload
    created_at: int


class Error(TypedDict):
    """https://razorpay.com/docs/errors/"""

    code: str
    description: str
    source: str
    step: str
    reason: str
    metadata: dict[str, Any]
    field: NotRequired[str | None]


_ENTITIES: dict[Any, Any] = {
    "collection": Collection,
    "plan": Plan,
    "subscription": Subscription,
    "invoice": Invoice,
    "payment": Payment,
    "order": Order,
    "customer": Customer,
    "event": Event,
}
"""What an `entity` can say."""


# --- Requests ---
Number = int | str
"""A number in a query may be there as the text that it is sent as."""

# A call and no class, as `from` is a word of Python's.
Listing = TypedDict("Listing", {"from": Number, "to": Number, "count": Number, "skip": Number}, total=False)
"""Which part of a list, of what was made in which time."""


class Nothing(TypedDict):
    """A request that says all with its path."""


class NewItem(TypedDict, total=False):
    """A price."""

    name: str
    amount: int
    currency: str
    description: str


class NewPlan(TypedDict, total=False):
    """https://razorpay.com/docs/api/payments/subscriptions/create-plan/"""

    period: Literal["daily", "weekly", "monthly", "quarterly", "yearly"]
    interval: int
    item: NewItem
    notes: dict[str, str]


class NewAddon(TypedDict, total=False):
    """What is to be paid beside the plan."""

    item: NewItem


class NewSubscription(TypedDict, total=False):
    """https://razorpay.com/docs/api/payments/subscriptions/create-subscription/"""

    plan_id: str
    total_count: int
    quantity: int
    start_at: int
    expire_by: int
    customer_notify: bool
    addons: list[NewAddon]
    offer_id: str
    notes: dict[str, str]


class SubscriptionListing(Listing, total=False):
    """https://razorpay.com/docs/api/payments/subscriptions/fetch-subscriptions/"""

    plan_id: str


class SubscriptionEdit(TypedDict, total=False):
    """https://razorpay.com/docs/api/payments/subscriptions/update-subscription/"""

    plan_id: str
    offer_id: str
    quantity: int
    remaining_count: int
    start_at: int
    schedule_change_at: Literal["now", "cycle_end"]
    customer_notify: bool


class Cancellation(TypedDict, total=False):
    """https://razorpay.com/docs/api/payments/subscriptions/cancel-subscription/"""

    cancel_at_cycle_end: bool


class Pause(TypedDict, total=False):
    """https://razorpay.com/docs/api/payments/subscriptions/pause-subscription/"""

    pause_at: Literal["now"]


class Resumption(TypedDict, total=False):
    """https://razorpay.com/docs/api/payments/subscriptions/resume-subscription/"""

    resume_at: Literal["now"]


class InvoiceListing(Listing, total=False):
    """https://razorpay.com/docs/api/payments/invoices/fetch-all/, …/payments/subscriptions/fetch-invoices/

    Those pages do not speak of parts of the list, which all others of Razorpay's have.
    """

    type: Literal["invoice"]
    payment_id: str
    receipt: str
    customer_id: str
    subscription_id: str


_ENDPOINTS: list[tuple[str, str, Any]] = [
    ("GET", "/v1/plans", Listing),
    ("POST", "/v1/plans", NewPlan),
    ("GET", "/v1/plans/{id}", Nothing),
    ("GET", "/v1/subscriptions", SubscriptionListing),
    ("POST", "/v1/subscriptions", NewSubscription),
    ("GET", "/v1/subscriptions/{id}", Nothing),
    ("PATCH", "/v1/subscriptions/{id}", SubscriptionEdit),
    ("POST", "/v1/subscriptions/{id}/cancel", Cancellation),
    ("POST", "/v1/subscriptions/{id}/pause", Pause),
    ("POST", "/v1/subscriptions/{id}/resume", Resumption),
    ("GET", "/v1/subscriptions/{id}/retrieve_scheduled_changes", Nothing),
    ("POST", "/v1/subscriptions/{id}/cancel_scheduled_changes", Nothing),
    ("GET", "/v1/invoices", InvoiceListing),
    ("GET", "/v1/invoices/{id}", Nothing),
]
"""What is asked of Razorpay, and the parameters that it takes there."""


# --- Values ---
def _of_kind(value: Any, kind: Any, path: str) -> list[str]:
    """What is wrong with a value that an annotation describes. Of several kinds it is of the one that fits it best."""
    kinds = get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)
    fitting = [one for one in kinds if _looks_like(value, one)]
    if not fitting:
        return [f"{path}: {value!r:.80} is not {' or '.join(_name(one) for one in kinds)}"]
    return min((_inside(value, one, path) for one in fitting), key=len)


def _looks_like(value: Any, kind: Any) -> bool:
    """Is it of that kind, as seen from outside?"""
    if get_origin(kind) is Literal:
        return value in get_args(kind)
    if kind in _SCALARS:
        return _SCALARS[kind](value)
    return isinstance(value, list if get_origin(kind) is list else dict)


def _inside(value: Any, kind: Any, path: str) -> list[str]:
    """What is wrong with the parts of a value."""
    if kind is Entity:
        return _of_entity(value, path)
    if is_typeddict(kind):
        return _of_fields(value, kind, path)
    if get_origin(kind) is list:
        (item,) = get_args(kind)
        return [wrong for at, one in enumerate(value) for wrong in _of_kind(one, item, f"{path}[{at}]")]
    if get_origin(kind) is dict:
        item = get_args(kind)[-1]
        return [wrong for name, one in value.items() for wrong in _of_kind(one, item, _at(path, name))]
    return []


def _of_entity(value: dict[str, Any], path: str) -> list[str]:
    """What is wrong with an object that says itself what it is."""
    name = str(value.get("entity", ""))
    if name not in _ENTITIES:
        return [f"{_at(path, 'entity')}: {name!r} is the name of no entity"]
    return _of_fields(value, _ENTITIES[name], path)


def _of_fields(value: dict[str, Any], kind: Any, path: str) -> list[str]:
    fields = _fields(kind)
    wrong = [f"{_at(path, name)}: is unknown" for name in value if name not in fields]
    wrong += [f"{_at(path, name)}: is missing" for name in kind.__required_keys__ if name not in value]
    for name in value.keys() & fields.keys():
        wrong += _of_kind(value[name], fields[name], _at(path, name))
    return sorted(wrong)


@cache
def _fields(kind: Any) -> dict[str, Any]:
    """The fields of an entity, or the parameters of a request, with their kinds."""
    return get_type_hints(kind)


def _at(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _name(kind: Any) -> str:
    """What a kind is called in a message."""
    if kind is NoneType:
        return "null"
    if get_origin(kind) is Literal:
        values = [repr(value) for value in get_args(kind)]
        return " or ".join(values if len(values) <= MOST else [*values[:MOST], "…"])
    return getattr(kind, "__name__", str(kind))


def _are_notes(value: Any) -> bool:
    if isinstance(value, dict):
        return bool(value) and all(isinstance(text, str) for text in value.values())
    return isinstance(value, list) and not value


_SCALARS: dict[Any, Callable[[Any], bool]] = {
    Any: lambda value: True,
    NoneType: lambda value: value is None,
    Notes: _are_notes,
    bool: lambda value: isinstance(value, bool),
    int: lambda value: isinstance(value, int) and not isinstance(value, bool),
    str: lambda value: isinstance(value, str),
}
"""By the kinds that have no parts: is a value of that kind?"""
