"""Is the process up (`/healthz`), and can it work (`/readyz`)?"""

import logging
from collections.abc import Callable, Mapping

import redis
from django.conf import settings
from django.db import Error, connections
from django.http import HttpRequest, JsonResponse

from .errors import problem_response

PROBE_TIMEOUT = 2
"""Seconds to wait for Redis; a probe has to answer, or it is taken for dead."""

log = logging.getLogger(__name__)


def healthz(request: HttpRequest) -> JsonResponse:
    """200 as long as the process serves requests; asks nobody else, so that a broken database restarts nothing."""
    return _uncached(JsonResponse({"status": "ok"}))


def readyz(request: HttpRequest) -> JsonResponse:
    """200 if database and Redis answer, else 503 with the names of those that do not."""
    down = [name for name, check in CHECKS.items() if not _works(name, check)]
    if down:
        detail = f"Not reachable: {', '.join(down)}."
        return _uncached(problem_response(request, 503, "not_ready", detail, down=down))
    return _uncached(JsonResponse({"status": "ok"}))


def _works(name: str, check: Callable[[], object]) -> bool:
    try:
        check()
    except (Error, redis.RedisError) as error:
        log.warning("%s is not reachable: %s", name, error)
        return False
    return True


def _ask_database() -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT 1")


def _ask_redis() -> None:
    timeouts = {"socket_connect_timeout": PROBE_TIMEOUT, "socket_timeout": PROBE_TIMEOUT}
    with redis.Redis.from_url(settings.REDIS_URL, **timeouts) as client:
        client.ping()


def _uncached(response: JsonResponse) -> JsonResponse:
    response.headers["Cache-Control"] = "no-store"
    return response


CHECKS: Mapping[str, Callable[[], None]] = {"database": _ask_database, "redis": _ask_redis}
PROBES: Mapping[str, Callable[[HttpRequest], JsonResponse]] = {"/healthz": healthz, "/readyz": readyz}
