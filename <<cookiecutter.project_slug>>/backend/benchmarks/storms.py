"""Storms of requests with one refresh token; see benchmarks.refresh_storm. Wants benchmarks.stock_settings."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.conf import settings
from django.db import connections
from rest_framework.test import APIClient
from rest_framework_simplejwt.tokens import RefreshToken

from accounts.models import User
from benchmarks import scratch
from benchmarks.world import PASSWORD, new_user

WIDTH = 8
"""So many requests come at once."""
STORMS = 20
"""How often, of each."""

Refresh = Callable[[], str]


def print_storms() -> None:
    """For benchmarks.refresh_storm, whose process has other settings."""
    with scratch.database():
        user = new_user()
        print(json.dumps(storms(user)))


def storms(user: User) -> dict[str, list[int]]:
    """Of each storm, how many different refresh tokens came of one; and of ours, how many requests got none."""
    found: dict[str, list[int]] = {"ours": [], "failed": [], "stock": []}
    for _ in range(STORMS):  # in turns: what else the machine does falls on both
        ours, stock = at_once(ours_for(user)), at_once(stock_for(user))
        found["ours"].append(len(set(ours) - {""}))
        found["failed"].append(ours.count(""))
        found["stock"].append(len(set(stock) - {""}))
    return found


def at_once(refresh: Refresh) -> list[str]:
    """What each of the requests gets: a refresh token, '' if it is refused."""
    barrier = Barrier(WIDTH)

    def request(_: int) -> str:
        connections["default"].ensure_connection()
        barrier.wait()
        try:
            return refresh()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(WIDTH) as threads:
        return list(threads.map(request, range(WIDTH)))


def ours_for(user: User) -> Refresh:
    """Requests to our endpoint, with the cookie of a new login."""
    name, host = settings.REFRESH_COOKIE_NAME, settings.BASE_DOMAIN
    credentials = {"email": user.email, "password": PASSWORD}
    token = APIClient(HTTP_HOST=host).post("/_allauth/browser/v1/auth/login", credentials).cookies[name].value

    def refresh() -> str:
        client = APIClient(HTTP_HOST=host)
        client.cookies[name] = token
        answer = client.post("/api/v1/auth/refresh")
        return answer.cookies[name].value if answer.status_code == 200 else ""

    return refresh


def stock_for(user: User) -> Refresh:
    """Requests to simplejwt's view, with a new token of its own."""
    token = str(RefreshToken.for_user(user))

    def refresh() -> str:
        answer = APIClient(HTTP_HOST=settings.BASE_DOMAIN).post("/stock/refresh", {"refresh": token})
        return str(answer.json()["refresh"]) if answer.status_code == 200 else ""

    return refresh
