"""Webhooks as Razorpay signs them: https://razorpay.com/docs/webhooks/validate-test/"""

import hmac
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from django.conf import settings

from subscriptions.provider import Event, Forged, reference

_EVENT_ID = re.compile(r"[A-Za-z0-9_-]{1,100}")


def verify_webhook(body: bytes, headers: Mapping[str, str]) -> Event:
    """The event in the body, if Razorpay has signed it with one of RAZORPAY_WEBHOOK_SECRETS. Raises Forged, only that.

    `headers` has to find a name in any case, as Django's request.headers does.
    """
    _check_signature(body, headers.get("X-Razorpay-Signature", ""))
    try:
        return _event(json.loads(body), _id(body, headers))
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, OSError) as error:
        raise Forged("The body is signed, but is not an event.") from error


def _check_signature(body: bytes, signature: str) -> None:
    secrets = [secret for secret in settings.RAZORPAY_WEBHOOK_SECRETS if secret.strip()]
    if not secrets:
        raise Forged("Set RAZORPAY_WEBHOOK_SECRETS; without a secret no event can be accepted.")
    if not any(_is_signed(body, signature, secret) for secret in secrets):
        raise Forged("The signature fits none of RAZORPAY_WEBHOOK_SECRETS.")


def _is_signed(body: bytes, signature: str, secret: str) -> bool:
    """Like the SDK's verify_webhook_signature, which fails on bytes and on signatures that are not ASCII."""
    expected = hmac.new(secret.encode(), body, sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace"))


def _id(body: bytes, headers: Mapping[str, str]) -> str:
    """Razorpay's id of the event, which is in a header and not in the body; without one, the body's fingerprint."""
    sent = headers.get("X-Razorpay-Event-Id", "")
    return sent if _EVENT_ID.fullmatch(sent) else f"sha256:{sha256(body).hexdigest()}"


def _event(data: Any, event_id: str) -> Event:
    if data["entity"] != "event":
        raise ValueError(data["entity"])
    payload = data["payload"]
    subscription = _entity(payload, "subscription")
    invoice = _entity(payload, "invoice")
    # Empty notes are a list.
    notes = subscription.get("notes") or {}
    return Event(
        id=event_id,
        type=_name(data["event"]),
        created=datetime.fromtimestamp(data["created_at"], UTC),
        subscription=reference(subscription.get("id") or invoice.get("subscription_id")),
        account=reference(notes.get("account")),
    )


def _entity(payload: Any, kind: str) -> dict[str, Any]:
    entity: dict[str, Any] = payload[kind]["entity"] if kind in payload else {}
    return entity


def _name(value: Any) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= 255:
        raise ValueError(value)
    return value
