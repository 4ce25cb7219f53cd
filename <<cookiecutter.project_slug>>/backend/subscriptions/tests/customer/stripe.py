"""A customer at Stripe: on its pages, with buttons of its forms."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
from django.http.request import HttpHeaders
from django.test import Client

from subscriptions.gateway.client import _client
from subscriptions.gateway.state import _subscription
from subscriptions.models import BillingAccount
from subscriptions.provider import Event, SubscriptionState
from subscriptions.sandbox.app import Sandbox
from subscriptions.sandbox.provider.subscriptions import begin

SETTINGS = {"STRIPE_SECRET_KEY": "sk_test_sandbox", "STRIPE_WEBHOOK_SECRETS": ["whsec_sandbox"]}
"""What the product is told to talk to the sandbox."""
CHANGES = "POST"
"""The method of the requests that change a subscription; "" for all."""
LIVE = {"STRIPE_SECRET_KEY": "sk_live_1", "STRIPE_WEBHOOK_SECRETS": "whsec_1"}
"""Variables of a deployment."""
WAITS = "payment_pending"
"""What becomes of a change that the customer has to do something for."""


def pay(checkout: dict[str, Any], card: str = "ok") -> dict[str, str]:
    """Pay on the page of a checkout; what the browser brings back."""
    answer = requests.post(checkout["url"], data={"card": card, "confirmed": "yes"}, allow_redirects=False, timeout=10)
    assert answer.status_code == 303, answer.text
    return {"session_id": answer.headers["Location"].split("session_id=")[1]}


def approve(change: dict[str, Any]) -> dict[str, str]:
    """Pay for a change that waits for it; what the browser brings back."""
    requests.post(change["url"], data={"card": "ok"}, timeout=10).raise_for_status()
    return {}


def change_card(url: str, card: str) -> None:
    """Take another card, on the page for that."""
    requests.post(url, data={"card": card}, allow_redirects=False, timeout=10).raise_for_status()


def set_card(sandbox: Sandbox, card: str) -> None:
    """Have all payments from now on made with that card."""
    with sandbox.world.held():
        for known in sandbox.world.note("cards").values():
            known["kind"] = card


def subscriptions(sandbox: Sandbox) -> list[dict[str, Any]]:
    """The subscriptions at the provider, the oldest first."""
    return list(sandbox.world.all("subscription").values())


def invoices(sandbox: Sandbox) -> list[dict[str, Any]]:
    """The invoices at the provider, the oldest first."""
    return list(sandbox.world.all("invoice").values())


def webhook(event: dict[str, Any], sandbox: Sandbox) -> int:
    """Deliver an event of the sandbox; gives the status of the answer."""
    body, headers = sandbox.provider.sign(event)
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/webhooks/stripe", body, content_type="application/json", headers=dict(headers))
    return int(answer.status_code)


def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the SDK wait for a moment only, and not between its tries."""
    monkeypatch.setattr("subscriptions.gateway.client.TIMEOUT", 0.3)
    monkeypatch.setattr("stripe._http_client.HTTPClient.INITIAL_DELAY", 0)
    monkeypatch.setattr("stripe._http_client.HTTPClient.MAX_DELAY", 0)
    _client.cache_clear()


def second_subscription(sandbox: Sandbox, account: BillingAccount) -> None:
    """Somebody makes the customer another subscription, in the provider's dashboard."""
    with sandbox.world.held():
        shop, price = sandbox.provider.shop, subscriptions(sandbox)[0]["items"]["data"][0]["price"]["id"]
        begin(shop, str(account.customer_ref), [{"price": price, "quantity": 1}], {})


def mixed_event(one: BillingAccount, other: BillingAccount) -> Event:
    """An event about what is one tenant's, in which another is named."""
    return Event(
        id="evt_mixed",
        type="subscription",
        created=datetime.now(UTC),
        customer=str(one.customer_ref),
        account=str(other.uuid),
    )


def headers_of(headers: Mapping[str, str]) -> HttpHeaders:
    """The headers of a delivery, as a request has them."""
    return HttpHeaders({f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()})


def state_in(event: dict[str, Any]) -> SubscriptionState | None:
    """The subscription in an event, for whoever believes what events say."""
    thing = json.loads(event["body"])["data"]["object"]
    return _subscription(thing) if thing["object"] == "subscription" else None


def objects(sandbox: Sandbox) -> list[dict[str, Any]]:
    """All that the provider has and has told of."""
    kinds = ("customer", "subscription", "invoice", "checkout.session", "payment_method", "subscription_schedule")
    things = [thing for kind in kinds for thing in sandbox.world.all(kind).values()]
    return things + [json.loads(event["body"]) for event in sandbox.world.events]
