"""Deliveries as Razorpay makes them."""

import hmac
import json
from hashlib import sha256
from typing import Any

SECRETS_SETTING = "RAZORPAY_WEBHOOK_SECRETS"
SECRET = "a_secret_of_the_tests"
TIME = 1_764_000_000


def event_body(event_id: str = "evt_1", **changes: Any) -> bytes:
    """The body of a delivery; `changes` are put over its members. The event's id is in a header, see `signed`."""
    event = {
        "entity": "event",
        "account_id": "acc_1",
        "event": "subscription.charged",
        "contains": ["subscription"],
        "payload": {"subscription": {"entity": {"id": "sub_1", "entity": "subscription", "notes": []}}},
        "created_at": TIME,
    }
    return json.dumps(event | changes).encode()


def signed(body: bytes, event_id: str = "evt_1", secret: str = SECRET) -> dict[str, str]:
    """The headers of a delivery."""
    signature = hmac.new(secret.encode(), body, sha256).hexdigest()
    return {"X-Razorpay-Signature": signature, "X-Razorpay-Event-Id": event_id}
