"""What the sandbox says and what is asked of it, against what the provider's own description has.

Everything that goes over the wire in a long life is looked at: each request's parameters, each answer and each event.
"""

import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
import requests
from rest_framework.test import APIClient

from subscriptions import catalogue as product_catalogue
from subscriptions.catalogue import sync_catalogue
from subscriptions.gateway import CAPABILITIES
from subscriptions.models import BillingAccount
from subscriptions.plans import PLANS
from subscriptions.reconciliation import find_missed_events, reconcile
from subscriptions.sandbox.app import DAY, Sandbox
from subscriptions.sandbox.http import Reply, Request
from subscriptions.sync import sync_now

from .contract import CARDS, KINDS, kinds, parameter_violations, parameters, violations
from .customer import WAITS, approve, change_card, set_card
from .test_life import TEAM, change, post, subscribe

SHORT = {"plan": "starter", "interval": "month", "seats": 3}
LONGEST = 11 * 365 * DAY
"""Longer than any mandate."""


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
    account: BillingAccount
    sandbox: Sandbox
    card: str

    def pass_by(self, days: int) -> None:
        """Days pass, and the product sees what has happened in them; one look is quicker than each of the events."""
        self.sandbox.advance(days * DAY)
        sync_now(self.account)

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
        change_card(post(self.client, "payment-method")["url"], "ok")
        self.client.post(f"/api/v1/invoices/{owed['id']}/pay")
        set_card(self.sandbox, self.card)
        sync_now(self.account)

    def look_around(self) -> None:
        """Give another card for no reason, and look at the provider's own page."""
        change_card(post(self.client, "payment-method")["url"], "ok")
        set_card(self.sandbox, self.card)
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
    account: BillingAccount,
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
) -> Traffic:
    """What has gone over the wire in a life with each card, and in the product's own care for what it knows."""
    for card in CARDS:
        Life(owner, account, sandbox, card).live()
    raise_prices(monkeypatch)
    find_missed_events()
    subscribe(owner, TEAM | {"interval": "year"})
    sandbox.sleep(LONGEST)
    reconcile()
    return traffic


def raise_prices(monkeypatch: pytest.MonkeyPatch) -> None:
    """The founder makes a plan dearer."""
    team = PLANS["team"]
    dearer = replace(team, prices={interval: amount + 100 for interval, amount in team.prices.items()})
    monkeypatch.setattr(product_catalogue, "PAID", [dearer])
    sync_catalogue()


def test_a_long_life_is_as_the_provider_describes_it(lived: Traffic, sandbox: Sandbox) -> None:
    said = [*lived.answers, *told(sandbox)]
    assert {wrong for value in said for wrong in violations(value)} == set()
    assert {wrong for asked in lived.requests for wrong in parameter_violations(*asked)} == set()
    assert kinds(said) == KINDS


# --- The checker ---
@pytest.fixture
def event(owner: APIClient, sandbox: Sandbox) -> dict[str, Any]:
    """An event about a subscription, as it should be."""
    subscribe(owner)
    return next(one for one in reversed(told(sandbox)) if _subscription_in(one))


def _subscription_in(value: Any) -> dict[str, Any] | None:
    """The subscription somewhere in an answer or an event; to be spoiled."""
    if isinstance(value, dict) and "ended_at" in value:
        return value
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return next((found for part in parts if (found := _subscription_in(part))), None)


def _without_status(subscription: dict[str, Any]) -> None:
    del subscription["status"]


SPOILED: dict[str, tuple[Callable[[dict[str, Any]], None], str]] = {
    "a field that is gone": (_without_status, "status: is missing"),
    "a field that is unknown": (lambda it: it.update(colour="red"), "colour: is unknown"),
    "a value of another type": (lambda it: it.update(ended_at="tomorrow"), "ended_at: 'tomorrow' is not"),
    "a value that there is not": (lambda it: it.update(status="asleep"), "status: 'asleep' is not"),
}


@pytest.mark.parametrize("what", SPOILED)
def test_what_is_wrong_in_an_event_is_found(event: dict[str, Any], what: str) -> None:
    spoil, said = SPOILED[what]
    assert violations(event) == []
    subscription = _subscription_in(event)
    assert subscription
    spoil(subscription)
    [wrong] = violations(event)
    assert said in wrong


def test_what_is_wrong_in_an_answer_is_found(traffic: Traffic, owner: APIClient) -> None:
    subscribe(owner)
    answers = [answer for answer in traffic.answers if _subscription_in(answer)]
    assert answers
    for answer in answers:
        for spoil, said in SPOILED.values():
            spoiled = deepcopy(answer)
            spoil(_subscription_in(spoiled) or {})
            assert [said in wrong for wrong in violations(spoiled)] == [True]


def test_a_parameter_that_there_is_not_is_found(traffic: Traffic, owner: APIClient) -> None:
    subscribe(owner)
    assert traffic.requests
    for method, path, sent in traffic.requests:
        assert parameter_violations(method, path, sent) == []
        assert parameter_violations(method, path, {**sent, "colour": "red"}) == ["colour: is unknown"]


def test_an_address_that_there_is_not_is_found() -> None:
    assert parameter_violations("GET", "/v1/nothing", {}) == ["GET /v1/nothing: is no endpoint that is used"]
