"""How fast events are taken in, and how seldom the provider is asked because of them."""

from __future__ import annotations

import time
from statistics import quantiles
from typing import Any

from celery import current_app
from django.conf import settings
from django.test import Client

from accounts.services import create_verified_user
from benchmarks.figures import Figure
from benchmarks.histories import new_sandbox, subscribe
from benchmarks.world import PASSWORD
from subscriptions import gateway
from subscriptions.gateway import PROVIDER
from subscriptions.models import BillingAccount, Invoice, Subscription, WebhookEvent
from subscriptions.sandbox.app import Sandbox
from subscriptions.sandbox.world import new_id
from subscriptions.services import account_named, account_of
from subscriptions.tasks import sweep
from subscriptions.tests import customer
from tenants.services import create_tenant

ACCOUNTS = 50
EVENTS = 1_000
Delivery = tuple[bytes, dict[str, str]]


def figures() -> list[Figure]:
    """The rate and the slowest hundredth of deliveries, of a second delivery of all, and what one drain takes."""
    with new_sandbox() as sandbox:
        _accounts(sandbox)
        deliveries, client = _deliveries(sandbox), Client(HTTP_HOST=settings.BASE_DOMAIN)
        current_app.conf.task_always_eager = False  # workers are told over Redis, as in a deployment, and none is there
        seconds = [_post(client, delivery) for delivery in deliveries]
        calls, began = sandbox.calls, time.perf_counter()
        sweep()
        drain, calls = time.perf_counter() - began, sandbox.calls - calls
        before, began = _rows(), time.perf_counter()
        for delivery in deliveries:
            _post(client, delivery)
        replay, changed = time.perf_counter() - began, _rows() != before
        current_app.control.purge()  # what no worker has read
    return [
        Figure("webhooks taken in, one process", EVENTS / sum(seconds), "/s", at_least=300),
        Figure("… the slowest hundredth", quantiles(seconds, n=100)[98] * 1000, "ms", at_most=100),
        Figure(f"{EVENTS:,} events of {ACCOUNTS} accounts: requests to the provider", calls, "", at_most=100),
        Figure("… all looked up in", drain, "s", at_most=10),
        Figure(f"{EVENTS:,} events a second time: in", replay, "s", at_most=5),
        Figure("… rows that changed", float(changed), "", at_most=0),
    ]


def _accounts(sandbox: Sandbox) -> None:
    owner = create_verified_user("flood@localhost.test", PASSWORD)
    for number in range(ACCOUNTS):
        subscribe(account_of(create_tenant(name=f"Flood {number}", owner=owner)))


def _deliveries(sandbox: Sandbox) -> list[Delivery]:
    """New events, as many of each account as of the others, each account's behind the others'."""
    one_of_each: dict[int, dict[str, Any]] = {}
    for event in sandbox.world.events:
        body, headers = sandbox.provider.sign(event)
        account = account_named(gateway.verify_webhook(body, customer.headers_of(headers)))
        if account is not None:
            one_of_each[account] = event
    rounds = EVENTS // len(one_of_each)
    return [_signed(sandbox, _renamed(event)) for _ in range(rounds) for event in one_of_each.values()]


def _renamed(event: dict[str, Any]) -> dict[str, Any]:
    name = new_id("evt")
    return event | {"id": name, "body": event["body"].replace(event["id"], name)}


def _signed(sandbox: Sandbox, event: dict[str, Any]) -> Delivery:
    body, headers = sandbox.provider.sign(event)
    return body, dict(headers)


def _post(client: Client, delivery: Delivery) -> float:
    body, headers = delivery
    began = time.perf_counter()
    answer = Client(HTTP_HOST=settings.BASE_DOMAIN).post(
        f"/webhooks/{PROVIDER}", body, content_type="application/json", headers=headers
    )
    seconds = time.perf_counter() - began
    if answer.status_code != 200:
        raise RuntimeError(answer.content)
    return seconds


def _rows() -> list[Any]:
    tables = (Subscription, Invoice, WebhookEvent)
    wanted = BillingAccount.objects.order_by("pk").values_list("pk", "sync_wanted", "status", "seats")
    return [list(model.objects.order_by("pk").values()) for model in tables] + [list(wanted)]
