"""Deliveries as Stripe makes them."""

import json
from typing import Any

import stripe

SECRETS_SETTING = "STRIPE_WEBHOOK_SECRETS"
SECRET = "whsec_of_the_tests"
TIME = 1_764_000_000


def event_body(event_id: str = "evt_1", **changes: Any) -> bytes:
    """The body of a delivery; `changes` are put over its members."""
    event = {
        "id": event_id,
        "object": "event",
        "type": "customer.subscription.updated",
        "created": TIME,
        "livemode": False,
        "data": {"object": {"id": "sub_1", "object": "subscription", "customer": "cus_1"}},
    }
    return json.dumps(event | changes).encode()


def signed(body: bytes, event_id: str = "evt_1", secret: str = SECRET) -> dict[str, str]:
    """The headers of a delivery, signed by the SDK. The event's id is in the body."""
    return {"Stripe-Signature": stripe.WebhookSignature.generate_signature_header(body.decode(), secret)}
