"""Webhooks as Stripe signs them: https://docs.stripe.com/webhooks/signature"""

import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import stripe
from django.conf import settings

from subscriptions.provider import Event, Forged, reference

_TOLERANCE = 300
"""Seconds that a signature's time may differ from ours, in both directions; what the SDK uses for the past."""


def verify_webhook(body: bytes, headers: Mapping[str, str]) -> Event:
    """The event in the body, if Stripe has signed it with one of STRIPE_WEBHOOK_SECRETS. Raises Forged, only that.

    `headers` has to find a name in any case, as Django's request.headers does.
    """
    _check_signature(body, headers.get("Stripe-Signature", ""))
    try:
        return event_of(json.loads(body))
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, OSError) as error:
        raise Forged("The body is signed, but is not an event.") from error


def _check_signature(body: bytes, header: str) -> None:
    secrets = [secret for secret in settings.STRIPE_WEBHOOK_SECRETS if secret.strip()]
    if not secrets:
        raise Forged("Set STRIPE_WEBHOOK_SECRETS; without a secret no event can be accepted.")
    if not any(_is_signed(body, header, secret) for secret in secrets):
        raise Forged("The signature fits none of STRIPE_WEBHOOK_SECRETS, or is too old.")
    # The SDK lets a time in the future pass, and such a signature would be good for as long as its maker likes.
    if _time_of(header) > time.time() + _TOLERANCE:
        raise Forged("The signature is from the future. Is this machine's clock right?")


def _is_signed(body: bytes, header: str, secret: str) -> bool:
    try:
        stripe.WebhookSignature.verify_header(body, header, secret, _TOLERANCE)
    # A TypeError comes of a signature that is not ASCII, a ValueError of a body that is not UTF-8.
    except (stripe.SignatureVerificationError, TypeError, ValueError):
        return False
    return True


def _time_of(header: str) -> int:
    return int(next(item[2:] for item in header.split(",") if item.startswith("t=")))


def event_of(data: Any) -> Event:
    """The event in that JSON. Raises ValueError, TypeError or KeyError for what is none, or none of our mode."""
    if data["object"] != "event":
        raise ValueError(data["object"])
    if data["livemode"] != _is_live():
        raise ValueError("The event is of the other mode: test or live.")
    thing = data["data"]["object"]
    return Event(
        id=_name(data["id"]),
        type=_name(data["type"]),
        created=datetime.fromtimestamp(data["created"], UTC),
        customer=_reference(thing["id"] if thing.get("object") == "customer" else thing.get("customer")),
        subscription=_reference(thing["id"]) if thing.get("object") == "subscription" else "",
        account=_reference((thing.get("metadata") or {}).get("account")),
    )


def _is_live() -> bool:
    return str(settings.STRIPE_SECRET_KEY).startswith(("sk_live_", "rk_live_"))


def _reference(value: Any) -> str:
    """An id, '' for none; in an object that Stripe has expanded, that one's."""
    if isinstance(value, dict):
        value = value.get("id")
    return reference(value)


def _name(value: Any) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= 255:
        raise ValueError(value)
    return value
