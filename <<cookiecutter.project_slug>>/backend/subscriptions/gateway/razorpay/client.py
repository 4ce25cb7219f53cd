"""The way to Razorpay's API, and what its errors mean.

The SDK waits for ever, prints to the screen and makes one error of everything: its session says itself what happened.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import razorpay
import requests
from django.conf import settings

from subscriptions.provider import Capabilities, NotSet, RateLimited, Refused, Unavailable

PROVIDER = "razorpay"
CAPABILITIES = Capabilities(hosted_portal=False, cardless_trial=False, exact_preview=False, event_feed=False)

TIMEOUT = 10
"""Seconds that Razorpay has to answer in."""
CHECKOUT = "https://checkout.razorpay.com/v1/checkout.js"


def sdk() -> Any:
    """Razorpay's API, or the sandbox's. The SDK has no types. Raises NotSet."""
    if not settings.RAZORPAY_KEY_ID:
        raise NotSet("Set RAZORPAY_KEY_ID and RAZORPAY_KEY_SECRET.")
    return _client(settings.RAZORPAY_KEY_ID, settings.RAZORPAY_KEY_SECRET, settings.BILLING_SANDBOX_URL)


def checkout_script() -> str:
    """What opens the window in which customers pay."""
    sandbox = settings.BILLING_SANDBOX_URL
    return f"{sandbox}/checkout.js" if sandbox else CHECKOUT


@cache
def _client(key: str, secret: str, sandbox: str) -> Any:
    options = {"base_url": sandbox} if sandbox else {}
    return razorpay.Client(session=_Session(), auth=(key, secret), **options)


class _Session(requests.Session):
    """Has a time limit, and raises errors of `subscriptions.provider`, which the SDK lets through."""

    def request(self, *args: Any, **options: Any) -> requests.Response:
        options.setdefault("timeout", TIMEOUT)
        try:
            response = super().request(*args, **options)
            said = response.json()
        except requests.RequestException as error:  # a body that is no JSON is one, too
            raise Unavailable(f"Razorpay gave no usable answer: {type(error).__name__}") from error
        _raise_for(response.status_code, said)
        return response


def _raise_for(status: int, said: Any) -> None:
    """https://razorpay.com/docs/api/errors/"""
    if status < 400:
        return
    description = said.get("error", {}).get("description", "") if isinstance(said, dict) else ""
    if status == 429:
        raise RateLimited("Razorpay was asked too often.")
    if status == 401:
        raise Unavailable("Razorpay does not know the key. Are RAZORPAY_KEY_ID and RAZORPAY_KEY_SECRET right?")
    if status >= 500:
        raise Unavailable(f"Razorpay failed: {status} {description}")
    raise Refused(description or f"Razorpay refused that: {status}")
