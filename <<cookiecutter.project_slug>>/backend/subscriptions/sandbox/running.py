"""The sandbox as a part of the product that runs beside it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from subscriptions import clock
from subscriptions.catalogue import sync_catalogue
from subscriptions.gateway import PROVIDER
from subscriptions.models import BillingAccount
from subscriptions.sync import sync_now
from subscriptions.tasks import look_after_subscriptions, sweep

from .app import Sandbox
from .server import serve
from .world import World


@contextmanager
def running(file: Path, api: str, port: int) -> Iterator[Sandbox]:
    """The sandbox on a port, with its memory in the file, telling the API of what happens.

    Raises OSError where the port is taken. Where it may run says `guard`.
    """
    world = World(file)
    sandbox = Sandbox(world, f"{api}/webhooks/{PROVIDER}", each_day=lambda: pass_day(world))
    clock.put_forward(timedelta(seconds=world.data["offset"]))
    server = serve(sandbox, port)
    sandbox.delivery.start()
    try:
        yield sandbox
    finally:
        sandbox.delivery.stop()
        server.shutdown()
        server.server_close()


def refresh() -> None:
    """Have the product know what the sandbox knows: the plans, and the addresses of its pages, which may be new."""
    sync_catalogue()
    for account in BillingAccount.objects.select_related("tenant"):
        sync_now(account)


def pass_day(world: World) -> None:
    """A day has passed for the product, too: it does what it does by itself at such times."""
    clock.put_forward(timedelta(seconds=world.data["offset"]))
    sweep()
    look_after_subscriptions()
