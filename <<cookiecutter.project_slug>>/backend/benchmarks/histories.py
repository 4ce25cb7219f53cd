"""Lives of subscriptions, made up at random, and told of by webhooks that are lost, late, twice and out of order."""

from __future__ import annotations

import copy
import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from threading import current_thread
from typing import Any
from unittest.mock import patch

from django.db import connections
from django.test import override_settings

from accounts.services import create_verified_user
from benchmarks.figures import Figure
from benchmarks.world import PASSWORD
from subscriptions import gateway, sync
from subscriptions.catalogue import price_of, sync_catalogue
from subscriptions.checkouts import confirm_checkout, start_checkout
from subscriptions.models import BillingAccount, Subscription, WebhookEvent
from subscriptions.plans import PAID, Interval
from subscriptions.provider import Order, ProviderError, SubscriptionState, When
from subscriptions.reconciliation import reconcile
from subscriptions.sandbox.app import DAY, Sandbox
from subscriptions.sandbox.running import pass_day
from subscriptions.sandbox.server import HOST, serve
from subscriptions.sandbox.world import World
from subscriptions.services import account_named, account_of, record_event
from subscriptions.tasks import sweep
from subscriptions.tests import customer
from subscriptions.tests.contract import violations
from tenants.models import Tenant
from tenants.services import create_tenant

THREADS = 8
KILLED = 0.3
"""The share of workers that die between asking and writing."""
TWICE = 0.25
"""The share of events that come twice."""
LATE = 0.03
"""Seconds by which an event comes late, at most."""
LEASE = timedelta(seconds=0.25)
"""So that what a dead worker has left is taken up within the benchmark's time."""
CONTROL = 60
"""How many histories the naive algorithm is tried with: of fewer, some come out right by chance."""

Receive = Callable[[Sandbox, dict[str, Any]], None]
"""What is done with an event that has arrived."""


class Killed(BaseException):
    """A worker is gone at this moment."""


@dataclass
class Result:
    """What came out of some histories."""

    subscriptions: int = 0
    wrong: int = 0
    wrong_after_reconciliation: int = 0
    violations: int = 0


def figures(number: int) -> list[Figure]:
    """How many subscriptions are wrong in the end, of ours and of the naive way, and what is no object of the SDK's."""
    tenant = _tenant()
    base = _with_catalogue()
    safe = _run(tenant, base, range(number), ours, lost=0.0)
    lossy = _run(tenant, base, range(number), ours, lost=0.1)
    control = _run(tenant, base, range(CONTROL), naive, lost=0.0)
    found = safe.violations + lossy.violations
    return [
        Figure(f"{number} histories: subscriptions", safe.subscriptions, ""),
        Figure("wrong after all was delivered", safe.wrong, "", at_most=0),
        Figure("wrong after a tenth was lost", lossy.wrong, ""),
        Figure("… and after one reconciliation", lossy.wrong_after_reconciliation, "", at_most=0),
        Figure(f"naive way, {CONTROL} histories: wrong", control.wrong, "", at_least=1),
        Figure("objects and events that are not the SDK's", found, "", at_most=0),
    ]


def ours(sandbox: Sandbox, event: dict[str, Any]) -> None:
    """Store it, and look the account up, whoever else may be at it."""
    body, headers = sandbox.provider.sign(event)
    event_of = gateway.verify_webhook(body, customer.headers_of(headers))
    record_event(event_of, {})
    account_id = account_named(event_of)
    if account_id is not None:
        sync.sync(account_id)


def naive(sandbox: Sandbox, event: dict[str, Any]) -> None:
    """Write what the event says, once: what most products do."""
    found = customer.state_in(event)
    _, is_new = WebhookEvent.objects.get_or_create(
        provider="naive", event_id=event["id"], defaults={"type": "", "created": "2026-01-01T00:00Z", "payload": {}}
    )
    if found is not None and is_new:
        time.sleep(0.002)
        rows = Subscription.objects.filter(provider_ref=found.reference)
        rows.update(
            status=found.status,
            raw_status=found.raw_status,
            price_ref=found.price_ref,
            seats=found.seats,
            period_end=found.period_end,
        )


def _run(tenant: Tenant, base: World, seeds: range, receive: Receive, lost: float) -> Result:
    result = Result()
    for seed in seeds:
        with _sandbox(base) as sandbox:
            _live(tenant, sandbox, random.Random(seed), receive, lost, result)  # noqa: S311  (no secrets)
    return result


def _live(
    tenant: Tenant, sandbox: Sandbox, chance: random.Random, receive: Receive, lost: float, result: Result
) -> None:
    BillingAccount.objects.filter(tenant=tenant).delete()
    WebhookEvent.objects.all().delete()
    tenant.refresh_from_db()
    account = account_of(tenant)
    subscribe(account)
    with _dying_workers(chance if receive is ours else None), ThreadPoolExecutor(THREADS) as pool:
        for _ in range(chance.randint(3, 7)):
            _do_something(account, sandbox, chance)
            _deliver(pool, sandbox, chance, receive, lost)
    if receive is ours:
        _drain()
    result.subscriptions += len(customer.subscriptions(sandbox))
    result.wrong += _wrong(account)
    if lost:
        reconcile()
        _drain()
        result.wrong_after_reconciliation += _wrong(account)
    result.violations += sum(len(violations(thing)) for thing in customer.objects(sandbox))


def subscribe(account: BillingAccount) -> None:
    """Buy a plan, and pay for it."""
    attempt = start_checkout(
        account,
        plan="team",
        interval="month",
        seats=5,
        success_url="http://localhost/?session_id={CHECKOUT_SESSION_ID}",
        cancel_url="http://localhost/",
    )
    confirm_checkout(account, customer.pay({"url": attempt.url}))


def _do_something(account: BillingAccount, sandbox: Sandbox, chance: random.Random) -> None:
    """The customer, their bank or the time does something, of which the provider tells by webhooks alone."""
    acts: list[Callable[[Subscription], object]] = [
        lambda row: sandbox.advance(chance.randint(1, 35) * DAY),
        lambda row: sandbox.advance(chance.randint(10, 20) * DAY),
        lambda row: customer.set_card(sandbox, chance.choice(["ok", "fails_later"])),
        lambda row: gateway.change(row, _order(chance), When.NOW, _key(chance)),
        lambda row: gateway.change(row, _order(chance), When.PERIOD_END, _key(chance)),
        lambda row: gateway.cancel(row, chance.choice([*When, When.PERIOD_END]), _key(chance)),
        lambda row: gateway.resume(row, _key(chance)),
    ]
    row = account.subscriptions.get(is_current=True)
    with suppress(ProviderError):
        chance.choice(acts)(row)


def _order(chance: random.Random) -> Order:
    price = price_of(chance.choice(PAID).key, chance.choice(list(Interval)))
    return Order(price.provider_ref, price.amount, chance.randint(1, 20), Interval(price.interval))


def _key(chance: random.Random) -> str:
    return f"key-{chance.getrandbits(64):x}"


def _deliver(pool: ThreadPoolExecutor, sandbox: Sandbox, chance: random.Random, receive: Receive, lost: float) -> None:
    """Let what has happened arrive, each event in a thread of its own and at a moment of its own."""
    waiting = [event for event in sandbox.world.events if event["state"] == "waiting"]
    arrivals = []
    for event in waiting:
        event["state"] = "sent"
        if chance.random() >= lost:
            arrivals += [(event, chance.random() * LATE) for _ in range(2 if chance.random() < TWICE else 1)]
    for done in [pool.submit(_arrive, sandbox, receive, *arrival) for arrival in arrivals]:
        done.result()


def _arrive(sandbox: Sandbox, receive: Receive, event: dict[str, Any], late: float) -> None:
    time.sleep(late)
    try:
        with suppress(Killed):
            receive(sandbox, event)
    finally:
        connections.close_all()


@contextmanager
def _dying_workers(chance: random.Random | None) -> Iterator[None]:
    """Some workers are gone before they write; those of the main thread live."""
    real = sync.write

    def write(*args: Any) -> bool:
        is_worker = current_thread().name.startswith("ThreadPool")
        if chance and is_worker and chance.random() < KILLED:
            raise Killed
        return real(*args)

    with patch.object(sync, "write", write), patch.object(sync, "LEASE", LEASE):
        yield


def _drain() -> None:
    """What the sweep does every minute, until nothing is wanted."""
    with patch.object(sync, "LEASE", LEASE):
        for _ in range(100):
            sweep()
            if not BillingAccount.objects.extra(where=["sync_wanted > sync_done"]).exists():
                return
            time.sleep(0.02)


def _wrong(account: BillingAccount) -> int:
    """How many subscriptions are not as the provider has them."""
    return sum(1 for found in gateway.fetch(account).subscriptions if not _agrees(found))


def _agrees(found: SubscriptionState) -> bool:
    row = Subscription.objects.filter(provider_ref=found.reference).first()
    said = (found.status, found.raw_status, found.price_ref, found.seats, found.period_end)
    return row is not None and said == (row.status, row.raw_status, row.price_ref, row.seats, row.period_end)


@contextmanager
def _sandbox(base: World) -> Iterator[Sandbox]:
    world = World()
    world.data = copy.deepcopy(base.data)
    sandbox = Sandbox(world, "", each_day=lambda: pass_day(world))
    server = serve(sandbox)
    settings = {**customer.SETTINGS, "BILLING_SANDBOX_URL": f"http://{HOST}:{server.server_port}"}
    try:
        with override_settings(**settings):
            pass_day(world)
            yield sandbox
    finally:
        server.shutdown()
        server.server_close()


def _with_catalogue() -> World:
    with new_sandbox() as sandbox:
        return sandbox.world


@contextmanager
def new_sandbox() -> Iterator[Sandbox]:
    """A sandbox that knows the plans, and nothing else."""
    with _sandbox(World()) as sandbox:
        sync_catalogue()
        yield sandbox


def _tenant() -> Tenant:
    return create_tenant(name="Histories", owner=create_verified_user("histories@localhost.test", PASSWORD))
