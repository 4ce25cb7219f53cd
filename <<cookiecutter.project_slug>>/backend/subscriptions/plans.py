"""What the product sells: the one place where plans are written down.

A founder changes them here. `manage.py sync_catalogue` takes them to the payment provider; prices are in `prices.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import TextChoices

from .prices import PER_SEAT

UNLIMITED = None

CONTACTS = "contacts"
"""A limit: how many contacts a tenant may have."""
SEATS = "seats"
"""A limit: how many people may belong to a tenant. Paid plans have as many as were bought."""

CUSTOM_ROLES = "custom_roles"
CUSTOM_DOMAINS = "custom_domains"
API_KEYS = "api_keys"
ALL_FEATURES = frozenset({CUSTOM_ROLES, CUSTOM_DOMAINS, API_KEYS})
"""What only some plans have. A view says which of it its methods need: see tenants.access."""


class Interval(TextChoices):
    """How often is paid."""

    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True)
class Seats:
    """How many can be bought."""

    least: int
    most: int


@dataclass(frozen=True)
class Plan:
    """A plan, and what comes with it."""

    key: str
    """Names it everywhere, at the provider too. It never changes."""
    name: str
    description: str
    seats: Seats
    limits: Mapping[str, int | None]
    """How many of something a tenant may have; UNLIMITED for as many as they like."""
    features: frozenset[str]
    """What it can do that other plans cannot."""
    requests: int
    """How many requests a minute the API answers to each member and each API key."""
    trial_days: int = 0
    prices: Mapping[Interval, int] = field(default_factory=dict)
    """What a seat costs, in the currency's smallest unit. Nothing for the free plan."""


def _paid(key: str) -> Mapping[Interval, int]:
    month, year = PER_SEAT[key]
    return {Interval.MONTH: month, Interval.YEAR: year}


FREE = Plan(
    key="free",
    name="Free",
    description="To look around.",
    seats=Seats(3, 3),
    limits={CONTACTS: 500},
    features=frozenset(),
    requests=600,
)
PLANS = {
    plan.key: plan
    for plan in (
        FREE,
        Plan(
            key="starter",
            name="Starter",
            description="For a small team that begins.",
            seats=Seats(1, 5),
            limits={CONTACTS: 2_000},
            features=frozenset({API_KEYS}),
            requests=600,
            trial_days=14,
            prices=_paid("starter"),
        ),
        Plan(
            key="team",
            name="Team",
            description="For a company that works with it every day.",
            seats=Seats(2, 50),
            limits={CONTACTS: 20_000},
            features=frozenset({API_KEYS, CUSTOM_ROLES}),
            requests=1_200,
            trial_days=14,
            prices=_paid("team"),
        ),
        Plan(
            key="business",
            name="Business",
            description="For those who want no limits.",
            seats=Seats(5, 500),
            limits={CONTACTS: UNLIMITED},
            features=ALL_FEATURES,
            requests=3_000,
            prices=_paid("business"),
        ),
    )
}
"""All plans, the free one first and the others by price."""

PAID = [plan for plan in PLANS.values() if plan.prices]
