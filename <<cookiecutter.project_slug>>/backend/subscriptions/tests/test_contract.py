"""What the sandbox says and what is asked of it, against what the provider's own description has.

Everything that goes over the wire in a long life is looked at: each request's parameters, each answer and each event.
"""

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
import requests
from rest_framework.test import APIClient

from subscriptions import catalogue as product_catalogue
from subscriptions.catalogue import sync_catalogue
from subscriptions.gateway import CAPABILITIES
from subscriptions.plans import PLANS, Interval
from subscriptions.reconciliation import find_missed_events, reconcile
from subscriptions.sandbox.app import DAY, Sandbox
from subscriptions.sandbox.http import Reply, Request

from .contract import CARDS, KINDS, kinds, parameter_violations, parameters, violations
from .customer import WAITS, approve, change_card, set_card, subscriptions
from .test_life import TEAM, change, post, subscribe

SHORT = {"plan": "starter", "interval": "month", "seats": 3}
YEAR = 365 * DAY


@dataclass
class Traffic:
    """What has gone between the product and the provider."""

    requests: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    """Method, path and parameters."""
    answers: list[dict[str, Any]] = field(default_factory=list)


@pytest.fixture
def traffic(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Traffic:
    """All that is asked of the API from now on, and all that it answers."""
    heard, api = Traffic(), sandbox.provider.api

    def listening(request: Request) -> Reply:
        heard.requests.append((request.method, request.path, parameters(request)))
        reply = api(request)
        heard.answers.append(json.loads(reply.body))
        return reply

    monkeypatch.setattr(sandbox.provider, "api", listening)
    return heard


def told(sandbox: Sandbox) -> list[dict[str, Any]]:
    """The events, as they are delivered."""
    return [json.loads(sandbox.provider.sign(event)[0]) for event in sandbox.world.events]


# --- A long life ---
@dataclass
class Life:
    """What happens to one customer who pays with one card."""

    client: APIClient
    sandbox: Sandbox
    deliver: Callable[[], int]
    card: str

    def pass_by(self, days: int) -> None:
        """Days pass, and what happens in them is told."""
        self.sandbox.advance(days * DAY)
        self.deliver()

    def begin(self) -> None:
        """Think twice about how many seats, and subscribe; the first time with a trial."""
        post(self.client, "checkout", SHORT, 201)
        subscribe(self.client, card=self.card)
        self.pass_by(15)

    def upgrade(self) -> None:
        """Look at what more seats cost, and take them."""
        post(self.client, "preview", TEAM | {"seats": 8})
        change(self.client, TEAM | {"seats": 8})
        self.pass_by(31)

    def fail_to_upgrade(self) -> None:
        """Want more, and do not pay for it; the second time, pay in the end."""
        set_card(self.sandbox, "fails_later")
        assert post(self.client, "change", TEAM | {"seats": 9})["outcome"] == WAITS
        self.pass_by(2)
        waiting = post(self.client, "change", TEAM | {"seats": 10})
        post(self.client, "confirm", {"brought": approve(waiting)})
        set_card(self.sandbox, self.card)
        self.pass_by(31)

    def downgrade(self) -> None:
        """Want less from the next period on, think better of it, and want it after all."""
        change(self.client, SHORT)
        post(self.client, "resume")
        change(self.client, SHORT)
        self.pass_by(31)

    def recover(self) -> None:
        """A renewal fails, and another card is given for it."""
        set_card(self.sandbox, "fails_later")
        self.pass_by(32)
        owed = self.client.get("/api/v1/subscription").json()["owed"]
        self.client.post(f"/api/v1/invoices/{owed['id']}/pay")
        change_card(post(self.client, "payment-method")["url"], self.card)
        self.client.post(f"/api/v1/invoices/{owed['id']}/pay")
        self.deliver()

    def look_around(self) -> None:
        """Give another card for no reason, and look at the provider's own page."""
        change_card(post(self.client, "payment-method")["url"], self.card)
        if CAPABILITIES.hosted_portal:
            requests.get(post(self.client, "portal")["url"], timeout=10).raise_for_status()

    def cancel(self) -> None:
        """Cancel, think better of it, and cancel after all: it ends with its period."""
        post(self.client, "cancel")
        post(self.client, "resume")
        post(self.client, "cancel")
        self.pass_by(33)

    def fail_for_good(self) -> None:
        """Subscribe again and pay no more, until it is left and then ended at once."""
        subscribe(self.client, card=self.card)
        set_card(self.sandbox, "fails_later")
        self.pass_by(50)
        post(self.client, "cancel", {"when": "now"})

    def live(self) -> None:
        """All of it."""
        self.begin()
        self.upgrade()
        self.fail_to_upgrade()
        self.downgrade()
        self.recover()
        self.look_around()
        self.cancel()
        self.fail_for_good()


@pytest.fixture
def lived(
    traffic: Traffic,
    owner: APIClient,
    sandbox: Sandbox,
    deliver: Callable[[], int],
    monkeypatch: pytest.MonkeyPatch,
) -> Traffic:
    """What has gone over the wire in a life with each card, and in the product's own care for what it knows."""
    for card in CARDS:
        Life(owner, sandbox, deliver, card).live()
    subscribe(owner)
    sandbox.sleep(11 * YEAR)
    reconcile()
    find_missed_events()
    dearer = replace(PLANS["team"], prices={interval: amount + 100 for interval, amount in PLANS["team"].prices.items()})
    monkeypatch.setattr(product_catalogue, "PAID", [dearer])
    sync_catalogue()
    return traffic


def test_a_long_life_is_as_the_provider_describes_it(lived: Traffic, sandbox: Sandbox) -> None:
    wrong = [wrong for value in [*lived.answers, *told(sandbox)] for wrong in violations(value)]
    assert sorted(set(wrong)) == []


