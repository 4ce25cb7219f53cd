"""The sandbox as a part of the product that runs beside it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from subscriptions import clock
from subscriptions.gateway import PROVIDER
from subscriptions.tasks import look_after_subscriptions, sweep

from .app import Sandbox
from .guard import check
from .server import serve
from .world import World


@contextmanager
def running(file: Path | None, api: str) -> Iterator[Sandbox]:
    """The sandbox at BILLING_SANDBOX_URL, with its memory in the file, telling the API of what happens.

    Raises guard.NotHere, and OSError where the port is taken.
    """
    check(api)
    url = urlsplit(settings.BILLING_SANDBOX_URL)
    world = World(file)
    sandbox = Sandbox(world, f"{api}/webhooks/{PROVIDER}", settings.BILLING_SANDBOX_URL, lambda: pass_day(world))
    clock.put_forward(timedelta(seconds=world.data["offset"]))
    server = serve(sandbox, url.port or 80)
    sandbox.delivery.start()
    try:
        yield sandbox
    finally:
        sandbox.delivery.stop()
        server.shutdown()
        server.server_close()


def pass_day(world: World) -> None:
    """A day has passed for the product, too: it does what it does by itself at such times."""
    clock.put_forward(timedelta(seconds=world.data["offset"]))
    sweep()
    look_after_subscriptions()
