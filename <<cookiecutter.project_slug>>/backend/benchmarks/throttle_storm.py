"""How many of many requests at once a limit lets through: ours, and the one of Django REST framework."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from unittest.mock import patch

import redis
from django.conf import settings
from django.core.cache import caches
from django.db import connections
from django.test import override_settings
from rest_framework.test import APIClient
from rest_framework.throttling import AnonRateThrottle

from accounts.throttling import Throttle
from accounts.views import CsrfView
from benchmarks.figures import Figure

REQUESTS = 1_000
LIMIT = 100
WIDTH = 50
"""So many are on their way at a time: each has a connection to the database."""


class StockThrottle(AnonRateThrottle):
    """Django REST framework's, which reads the history of an address, decides, and writes it back."""

    rate = f"{LIMIT}/hour"
    cache = caches["shared"]


def figures() -> list[Figure]:
    """In the scratch database. Each storm comes from an address that has asked for nothing yet."""
    with override_settings(API_ANONYMOUS_RATE=(LIMIT, 3600)):
        ours = let_through("192.0.2.1", Throttle)
    stock = let_through("192.0.2.2", StockThrottle)
    return [
        Figure(f"throttle: of {REQUESTS:,} requests got through", ours, "", at_least=LIMIT, at_most=LIMIT),
        Figure("throttle: Django REST framework's own", stock, ""),
    ]


def let_through(address: str, throttle: type[Throttle] | type[StockThrottle]) -> int:
    """How many of REQUESTS from the address are answered."""
    _forget(address)
    with patch.object(CsrfView, "throttle_classes", [throttle]):
        return sum(status == 204 for status in at_once(lambda: _ask(address)))


def at_once(ask: Callable[[], int]) -> list[int]:
    """The answers to REQUESTS, WIDTH of them at a time."""

    def several(number: int) -> list[int]:
        try:
            return [ask() for _ in range(number)]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(WIDTH) as threads:
        return [status for part in threads.map(several, [REQUESTS // WIDTH] * WIDTH) for status in part]


def _forget(address: str) -> None:
    """What an earlier run has counted."""
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        for key in client.scan_iter(f"*{address}*"):
            client.delete(key)


def _ask(address: str) -> int:
    return APIClient(HTTP_HOST=settings.BASE_DOMAIN, REMOTE_ADDR=address).get("/api/v1/auth/csrf").status_code
