"""A customer at Razorpay: on its page, with buttons of its forms."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
from django.http.request import HttpHeaders
from django.test import Client

from subscriptions.gateway.state import _subscription
from subscriptions.models import BillingAccount
from subscriptions.provider import Event, SubscriptionState
from subscriptions.sandbox.app import Sandbox
from subscriptions.sandbox.provider.subscriptions import authorise, create

SETTINGS = {
    "RAZORPAY_KEY_ID": "rzp_test_sandbox",
    "RAZORPAY_KEY_SECRET": "sandbox_secret",
    "RAZORPAY_WEBHOOK_SECRETS": ["webhook_sandbox"],
}
"""What the product is told to talk to the sandbox."""
CHANGES = ""
"""The method of the requests that change a subscription; "" for all."""
LIVE = {"RAZORPAY_KEY_ID": "rzp_live_1", "RAZORPAY_KEY_SECRET": "s", "RAZORPAY_WEBHOOK_SECRETS": "w"}
"""Variables of a deployment."""
WAITS = "needs_approval"
"""What becomes of a change that the customer has to do something for."""


def pay(checkout: dict[str, Any], card: str = "ok") -> dict[str, str]:
    """Give a mandate in the window of a checkout; what it hands to the page."""
    answer = requests.post(f"{checkout['url']}?popup=1", data={"method": card}, timeout=10)
    assert answer.status_code == 200, answer.text
    found = re.search(r"postMessage\((\{.*?\})", answer.text)
    assert found, answer.text
    brought: dict[str, str] = json.loads(found[1])
    return brought


def approve(change: dict[str, Any]) -> dict[str, str]:
    """Give the mandate that a change needs; what the window hands to the page."""
    return pay(change)


def change_card(url: str, card: str) -> None:
    """Take another card, on the page for that."""
    requests.post(url, data={"method": card}, timeout=10).raise_for_status()


def set_card(sandbox: Sandbox, card: str) -> None:
    """Have all payments from now on made with that card."""
    with sandbox.world.held():
        for known in sandbox.world.note("hidden").values():
            known["method"] = card


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
    answer = client.post("/webhooks/razorpay", body, content_type="application/json", headers=dict(headers))
    return int(answer.status_code)


def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the SDK wait for a moment only."""
    monkeypatch.setattr("subscriptions.gateway.client.TIMEOUT", 0.3)


def second_subscription(sandbox: Sandbox, account: BillingAccount) -> None:
    """Somebody makes the customer another subscription, and we have begun it."""
    with sandbox.world.held():
        shop, plan = sandbox.provider.shop, subscriptions(sandbox)[0]["plan_id"]
        made = create(shop, {"plan_id": plan, "total_count": 12, "notes": {"account": str(account.uuid)}})
        authorise(shop, made, "ok")
    price = account.attempts.latest("created_at").price
    account.attempts.create(price=price, seats=1, provider_ref=made["id"], state="done")


def mixed_event(one: BillingAccount, other: BillingAccount) -> Event:
    """An event about what is one tenant's, in which another is named."""
    return Event(
        id="evt_mixed",
        type="subscription",
        created=datetime.now(UTC),
        subscription=one.subscriptions.get().provider_ref,
        account=str(other.uuid),
    )


def headers_of(headers: Mapping[str, str]) -> HttpHeaders:
    """The headers of a delivery, as a request has them."""
    return HttpHeaders({f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()})


def state_in(event: dict[str, Any]) -> SubscriptionState | None:
    """The subscription in an event, for whoever believes what events say."""
    return _subscription(json.loads(event["body"])["payload"]["subscription"]["entity"], None)


def objects(sandbox: Sandbox) -> list[dict[str, Any]]:
    """All that the provider has and has told of."""
    things = [thing for kind in ("plan", "subscription", "invoice") for thing in sandbox.world.all(kind).values()]
    return things + [json.loads(event["body"]) for event in sandbox.world.events]
