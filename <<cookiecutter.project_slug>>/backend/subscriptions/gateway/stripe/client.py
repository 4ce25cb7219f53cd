"""The way to Stripe's API, and what its errors mean."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import stripe
from django.conf import settings

from subscriptions.provider import Capabilities, Declined, NotSet, RateLimited, Refused, Unavailable

PROVIDER = "stripe"
CAPABILITIES = Capabilities(hosted_portal=True, cardless_trial=True, exact_preview=True, event_feed=True)

TIMEOUT = 10
"""Seconds that Stripe has to answer in; the SDK would wait for 80."""
RETRIES = 2
"""How often the SDK asks again by itself, with the same idempotency key."""

# The SDK logs each request and each refusal; what matters of those is said by ours.
logging.getLogger("stripe").setLevel(logging.WARNING)


def client() -> stripe.V1Services:
    """Stripe's API, or the sandbox's. The SDK pins the API's version. Raises NotSet."""
    if not settings.STRIPE_SECRET_KEY:
        raise NotSet("Set STRIPE_SECRET_KEY.")
    return _client(settings.STRIPE_SECRET_KEY, settings.BILLING_SANDBOX_URL)


@cache
def _client(key: str, sandbox: str) -> stripe.V1Services:
    return stripe.StripeClient(
        key,
        base_addresses={"api": sandbox} if sandbox else {},
        max_network_retries=RETRIES,
        http_client=stripe.RequestsClient(timeout=TIMEOUT),
    ).v1


@contextmanager
def speaking() -> Iterator[None]:
    """What Stripe's SDK raises leaves as an error of `subscriptions.provider`.

    https://docs.stripe.com/error-handling. An answer that is no JSON leaves the SDK as an APIError, or as a ValueError.
    """
    try:
        yield
    except stripe.RateLimitError as error:
        raise RateLimited("Stripe was asked too often.") from error
    except stripe.CardError as error:
        raise Declined(error.user_message or "Your card was declined.") from error
    except stripe.InvalidRequestError as error:
        raise Refused(error.user_message or str(error)) from error
    except stripe.AuthenticationError as error:
        raise Unavailable("Stripe does not know the key. Is STRIPE_SECRET_KEY right?") from error
    except (stripe.StripeError, json.JSONDecodeError, AttributeError, TypeError) as error:
        raise Unavailable(f"Stripe gave no usable answer: {type(error).__name__}") from error
