"""What everything of the sandbox's Stripe uses: making objects, finding them, and saying what has happened to them."""

from __future__ import annotations

import json
from typing import Any, NoReturn

import stripe

from subscriptions.sandbox.world import Thing, World, new_id

from .shapes import whole

PREFIXES = {
    "customer": "cus",
    "product": "prod",
    "price": "price",
    "subscription": "sub",
    "subscription_item": "si",
    "subscription_schedule": "sub_sched",
    "invoice": "in",
    "invoice_line_item": "il",
    "checkout.session": "cs_test",
    "billing_portal.session": "bps",
    "payment_method": "pm",
}
"""What the ids of each kind of object begin with."""


class ApiError(Exception):
    """What Stripe would refuse, as it does: https://docs.stripe.com/api/errors"""

    def __init__(self, status: int, kind: str, message: str, code: str | None = None, param: str | None = None):
        super().__init__(message)
        self.status = status
        self.body = {"error": {"type": kind, "message": message, "code": code, "param": param}}


def invalid(message: str, param: str | None = None, code: str | None = None) -> NoReturn:
    """Refuse a request, 400."""
    raise ApiError(400, "invalid_request_error", message, code, param)


class Shop:
    """One test account at Stripe, that of the product."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.origin = ""
        """Where its pages are."""

    def make(self, kind: str, **values: Any) -> Thing:
        """A new object, whole and kept."""
        thing = self.shape(kind, **values)
        return self.world.add(kind, thing)

    def shape(self, kind: str, **values: Any) -> Thing:
        """A new object that is kept within another."""
        thing = whole(kind) | {"id": new_id(PREFIXES[kind])}
        own = {"created": self.world.now, "livemode": False}
        thing.update({name: value for name, value in own.items() if name in thing})
        thing.update(values)
        return thing

    def find(self, kind: str, name: str) -> Thing:
        """The object of that id. Raises ApiError, 404."""
        thing = self.world.all(kind).get(name)
        if thing is None:
            message = f"No such {kind.replace('_', ' ')}: '{name}'"
            raise ApiError(404, "invalid_request_error", message, "resource_missing", "id")
        return thing

    def emit(self, kind: str, thing: Thing, before: Thing | None = None) -> None:
        """Something has happened to an object; `before` has what of it was different."""
        data: Thing = {"object": json.loads(json.dumps(thing))}
        if before is not None:
            data["previous_attributes"] = before
        event = whole("event") | {
            "id": new_id("evt"),
            "type": kind,
            "created": self.world.now,
            "api_version": stripe.api_version,
            "livemode": False,
            "pending_webhooks": 1,
            "request": {"id": None, "idempotency_key": None},
            "data": data,
        }
        self.world.happened(event["id"], kind, event)

    def change(self, thing: Thing, kind: str, **values: Any) -> None:
        """Change an object and say so, with an event of that kind, unless it was so before."""
        before = {name: thing[name] for name, value in values.items() if thing[name] != value}
        thing.update(values)
        if before:
            self.emit(kind, thing, before)

    def card_of(self, customer: str) -> Thing:
        """What the customer pays with: {"kind": "ok" …, "payment_method": its id or None}."""
        card: Thing = self.world.note("cards").setdefault(customer, {"kind": "none", "payment_method": None})
        return card
