"""The words that the product and its payment provider's gateway share.

`gateway` is all that knows the provider. It offers these functions, and nothing else changes or reads what the
provider has:

    PROVIDER, CAPABILITIES
    verify_webhook(body, headers) -> Event
    ensure_price(offer) -> str                                      the provider's name of the price
    ensure_customer(account) -> str                                 '' where it makes customers by itself
    start_checkout(account, attempt) -> Checkout
    expire_checkout(reference)
    confirm_checkout(account, attempt, answer)                      raises NotTheirs
    preview_change(subscription, order) -> Preview
    change(subscription, order, when, key) -> Change
    cancel(subscription, when, key)
    resume(subscription, key)
    payment_method_url(account, return_url) -> str
    portal_url(account, return_url) -> str
    pay(invoice, key) -> Change
    fetch(account) -> State                                         the only way by which state comes in
    settle(account, state) -> bool                                  what a state asks us to do next
    due_for_settling() -> list[int]                                 the accounts that have to be settled by the time
    scan(since) -> Iterator[Sighting]
    missed_events(since) -> Iterator[Event]                         what it lists of what it has told

Each may raise Unavailable, RateLimited, Refused or Declined; a Refused says why in words for the customer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import TextChoices

from .plans import Interval


class Status(TextChoices):
    """What a subscription is, whoever the provider."""

    INCOMPLETE = "incomplete"
    """Nobody has paid for it yet."""
    TRIALING = "trialing"
    ACTIVE = "active"
    PAST_DUE = "past_due"
    """A payment has failed and is tried again."""
    UNPAID = "unpaid"
    """No payment is tried any more; the customer can still pay."""
    PAUSED = "paused"
    CANCELED = "canceled"


LIVE = frozenset({Status.TRIALING, Status.ACTIVE, Status.PAST_DUE, Status.UNPAID, Status.PAUSED})
"""One that goes on, or can go on."""


class When(TextChoices):
    """When something is to happen."""

    NOW = "now"
    PERIOD_END = "period_end"


class ProviderError(Exception):
    """The provider did not do what it was asked for."""


class Unavailable(ProviderError):
    """It gave no answer, or one that means nothing. Whether it has done it is not known."""


class NotSet(ProviderError):
    """We have no keys for it. The text says which are missing."""


class RateLimited(ProviderError):
    """It was asked too often, and has done nothing."""


class Refused(ProviderError):
    """It will not do that, and has done nothing. The text says why."""


class Declined(Refused):
    """The customer's payment was refused."""


class NotTheirs(Exception):
    """What a browser brought back from a checkout does not belong to the account."""


class Forged(Exception):
    """Not a webhook that the provider has signed for us. Its text is for our log, not for the sender."""


@dataclass(frozen=True)
class Capabilities:
    """What a provider can do, for code and screens that have to know."""

    hosted_portal: bool
    """It has a page where customers change everything themselves."""
    cardless_trial: bool
    """A trial can begin without a payment method."""
    exact_preview: bool
    """It says itself what a change costs; else we estimate."""
    event_feed: bool
    """It can be asked for the events that did not arrive."""


@dataclass(frozen=True)
class Event:
    """What is worth knowing of an event; everything else is asked of the provider."""

    id: str
    type: str
    created: datetime
    customer: str = ""
    """Whose it is: the provider's reference, '' if the event does not say."""
    subscription: str = ""
    account: str = ""
    """Our own id of the account, where we told the provider of it and it says so."""


def reference(value: Any) -> str:
    """A name of the provider's in an event; '' for what is none."""
    return value if isinstance(value, str) and re.fullmatch(r"[\w-]{1,255}", value, re.ASCII) else ""


@dataclass(frozen=True)
class Offer:
    """A price to have at the provider: what one seat of a plan costs in an interval."""

    plan: str
    name: str
    interval: Interval
    currency: str
    amount: int
    """In the currency's smallest unit."""


@dataclass(frozen=True)
class Order:
    """What a customer wants to have."""

    price_ref: str
    amount: int
    """What a seat costs in the interval, in the currency's smallest unit."""
    seats: int
    interval: Interval


@dataclass(frozen=True)
class Checkout:
    """Where the customer pays."""

    reference: str
    url: str
    expires_at: datetime
    popup: dict[str, str] = field(default_factory=dict)
    """What a page needs to open the provider's own window instead; {} where there is none."""


@dataclass(frozen=True)
class Preview:
    """What a change costs. Amounts are in the currency's smallest unit, negative where the customer gets it back."""

    due_now: int
    next_amount: int
    """What each period costs from then on."""
    currency: str
    at: datetime
    """When it takes effect."""
    is_estimate: bool


class Outcome(TextChoices):
    """What became of a change."""

    APPLIED = "applied"
    SCHEDULED = "scheduled"
    """It comes at the end of the period."""
    PAYMENT_PENDING = "payment_pending"
    """It comes when the customer has paid; nothing has changed yet."""
    NEEDS_APPROVAL = "needs_approval"
    """It comes when the customer has approved it with their bank."""


@dataclass(frozen=True)
class Change:
    """What became of a change, and where the customer goes on if that is up to them."""

    outcome: Outcome
    url: str = ""
    popup: dict[str, str] = field(default_factory=dict)
    reference: str = ""
    """The checkout or subscription that the customer's approval is for."""


@dataclass(frozen=True)
class SubscriptionState:
    """A subscription as the provider has it at this moment."""

    reference: str
    status: Status
    raw_status: str
    price_ref: str
    seats: int
    created: datetime
    customer: str = ""
    period_start: datetime | None = None
    period_end: datetime | None = None
    trial_end: datetime | None = None
    cancel_at: datetime | None = None
    """It ends then, unless the customer resumes it."""
    pending: dict[str, Any] = field(default_factory=dict)
    """A change that is to come: {"price_ref": …, "seats": …, "at": ISO time or None until it is paid}."""
    payment_method: str = ""
    """For people: 'Visa ending in 4242'."""
    replaces: str = ""
    """The subscription in whose place it is, which ends."""
    raw: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class InvoiceState:
    """An invoice as the provider has it at this moment. Amounts are in the currency's smallest unit."""

    reference: str
    subscription: str
    number: str
    status: str
    """draft, open, paid, void or uncollectible."""
    currency: str
    total: int
    amount_paid: int
    issued_at: datetime
    period_start: datetime | None = None
    period_end: datetime | None = None
    paid_at: datetime | None = None
    attempts: int = 0
    next_attempt_at: datetime | None = None
    url: str = ""
    pdf_url: str = ""


@dataclass(frozen=True)
class State:
    """All that the provider has of an account."""

    subscriptions: tuple[SubscriptionState, ...] = ()
    invoices: tuple[InvoiceState, ...] = ()


@dataclass(frozen=True)
class Sighting:
    """A subscription that the provider has, seen while looking through all of them."""

    account: str
    customer: str
    state: SubscriptionState
