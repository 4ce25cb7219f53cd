"""What everything of the sandbox's Razorpay uses: making things, finding them, and saying what has happened to them."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from subscriptions.sandbox.world import Thing, World, new_id


class ApiError(Exception):
    """What Razorpay would refuse, as it does: https://razorpay.com/docs/api/errors/"""

    def __init__(self, status: int, description: str, field: str | None = None):
        super().__init__(description)
        self.status = status
        self.body: Thing = {
            "error": {
                "code": "BAD_REQUEST_ERROR",
                "description": description,
                "source": "business",
                "step": "payment_initiation",
                "reason": "input_validation_failed",
                "metadata": {},
                "field": field,
            }
        }


def refuse(description: str, field: str | None = None) -> NoReturn:
    """Refuse a request, 400."""
    raise ApiError(400, description, field)


class Shop:
    """One test account at Razorpay, that of the product."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.origin = ""
        """Where its pages are."""

    def make(self, kind: str, prefix: str, **values: Any) -> Thing:
        """A new thing, kept."""
        own = {"id": new_id(prefix), "entity": kind, "created_at": self.world.now}
        return self.world.add(kind, own | values)

    def find(self, kind: str, name: str) -> Thing:
        """The thing of that id. Raises ApiError."""
        thing = self.world.all(kind).get(name)
        if thing is None:
            refuse("The id provided does not exist")
        return thing

    def hidden(self, subscription: Thing) -> Thing:
        """What Razorpay knows of a subscription and shows to nobody."""
        hidden: Thing = self.world.note("hidden").setdefault(subscription["id"], {})
        return hidden

    def emit(self, kind: str, subscription: Thing, payment: Thing | None = None) -> None:
        """Something has happened to a subscription: https://razorpay.com/docs/webhooks/subscriptions/"""
        payload: Thing = {"subscription": {"entity": json.loads(json.dumps(subscription))}}
        if payment:
            payload["payment"] = {"entity": json.loads(json.dumps(payment))}
        event: Thing = {
            "entity": "event",
            "account_id": "acc_sandbox",
            "event": f"subscription.{kind}",
            "contains": list(payload),
            "payload": payload,
            "created_at": self.world.now,
        }
        self.world.happened(new_id("evt"), event["event"], event)
