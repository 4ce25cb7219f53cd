"""What tests of billing share: the sandbox, and the plans in it."""

from collections.abc import Callable, Iterator

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.models import User
from subscriptions.catalogue import sync_catalogue
from subscriptions.models import BillingAccount
from subscriptions.sandbox.app import Sandbox
from subscriptions.sandbox.running import pass_day
from subscriptions.sandbox.server import HOST, serve
from subscriptions.sandbox.world import World
from subscriptions.services import account_of
from tenants.models import Tenant

from .customer import SETTINGS, webhook


@pytest.fixture
def sandbox(settings: Settings) -> Iterator[Sandbox]:
    """The provider, over HTTP: real SDK, real requests. Webhooks are delivered when `deliver` says so."""
    world = World()
    sandbox = Sandbox(world, "http://127.0.0.1:9/nowhere", each_day=lambda: pass_day(world))
    server = serve(sandbox)
    settings.BILLING_SANDBOX_URL = f"http://{HOST}:{server.server_port}"
    for name, value in SETTINGS.items():
        setattr(settings, name, value)
    yield sandbox
    server.shutdown()
    server.server_close()
    if sandbox.errors:
        raise sandbox.errors[0]


@pytest.fixture
def deliver(sandbox: Sandbox) -> Callable[[], int]:
    """`deliver()`: every event that has happened since, once and in order; gives how many those were."""

    def deliver_all() -> int:
        waiting = [event for event in sandbox.world.events if event["state"] == "waiting"]
        for event in waiting:
            assert webhook(event, sandbox) == 200
            event["state"] = "delivered"
        return len(waiting)

    return deliver_all


@pytest.fixture
def catalogue(db: None, sandbox: Sandbox) -> None:
    """The plans are at the provider."""
    sync_catalogue()


@pytest.fixture
def account(catalogue: None, acme: Tenant) -> BillingAccount:
    """Acme's account, without a subscription."""
    return account_of(acme)


@pytest.fixture
def owner(catalogue: None, login: Callable[[User, str], APIClient], alice: User) -> APIClient:
    """Alice at Acme, logged in."""
    return login(alice, "acme.localhost")
