"""All that the product knows of Stripe."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import stripe
from django.conf import settings

PROVIDER = "stripe"
_TOLERANCE = 300
"""Seconds that a signature's time may differ from ours, in both directions; what the SDK uses for the past."""


class Forged(Exception):
    """Not a webhook that Stripe has signed for us. Its text is for our log, not for the sender."""


@dataclass(frozen=True)
class Event:
    """What is worth knowing of an event; everything else is asked of Stripe when it is needed."""

    id: str
    type: str
    created: datetime


def verify_webhook(body: bytes, headers: Mapping[str, str]) -> Event:
    """The event in the body, if Stripe has signed it with one of STRIPE_WEBHOOK_SECRETS. Raises Forged, only that.

    `headers` has to find a name in any case, as Django's request.headers does.
    """
    _check_signature(body, headers.get("Stripe-Signature", ""))
    try:
        return _event(json.loads(body))
    except (ValueError, TypeError, KeyError, OverflowError, OSError) as error:
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


def _event(data: Any) -> Event:
    if data["object"] != "event":
        raise ValueError(data["object"])
    created = datetime.fromtimestamp(data["created"], UTC)
    return Event(id=_name(data["id"]), type=_name(data["type"]), created=created)


def _name(value: Any) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= 255:
        raise ValueError(value)
    return value
