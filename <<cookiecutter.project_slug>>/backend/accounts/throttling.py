"""How often somebody may ask the API: so many requests in a window of time, counted for each person and each API key.

The count is kept in Redis, and one script both adds to it and reads it: of a thousand requests at the same moment just
as many get through as may. Django REST framework's own throttles read, decide and write, one after the other.

Django REST framework imports this module by its settings, so it must not import `rest_framework.views`.
"""

from __future__ import annotations

import logging
from functools import cache
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil
from typing import TYPE_CHECKING, NamedTuple

import redis
from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from tenants.models import Tenant

from .models import ApiKey

if TYPE_CHECKING:
    from rest_framework.views import APIView

log = logging.getLogger(__name__)

TIMEOUT = 1
"""Seconds to wait for Redis."""
COUNT = """
local used = redis.call('INCR', KEYS[1])
if used == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return {used, redis.call('PTTL', KEYS[1])}
"""


class Rate(NamedTuple):
    """So many requests in so many seconds, which begin with the first of them."""

    requests: int
    seconds: int


class Usage(NamedTuple):
    """How many requests of a window have been made, this one among them, and in how many seconds it ends."""

    used: int
    seconds_left: int


def usual_rate(tenant: Tenant | None) -> Rate:
    """The rate of everybody who works for the tenant: see API_RATE_OF, where a plan may say another."""
    return Rate(*settings.API_RATE)


class Throttle(BaseThrottle):
    """The default of every endpoint.

    Each answer says where its caller stands (`RateLimit` and `RateLimit-Policy`, as in
    draft-ietf-httpapi-ratelimit-headers-10). When Redis does not answer, the request goes on uncounted: this protects
    from too much work, and no data.
    """

    def allow_request(self, request: Request, view: APIView) -> bool:
        """True. Raises Throttled, which says when to ask again, if the window has no request left."""
        rate = _rate_for(request)
        try:
            usage = count(_caller(request), rate)
        except redis.RedisError as error:
            log.warning("A request goes on uncounted, Redis is not reachable: %s", error)
            return True
        left = max(rate.requests - usage.used, 0)
        view.headers["RateLimit-Policy"] = f'"default";q={rate.requests};w={rate.seconds}'
        view.headers["RateLimit"] = f'"default";r={left};t={usage.seconds_left}'
        if usage.used > rate.requests:
            raise Throttled(usage.seconds_left, f"More than {rate.requests} requests in {rate.seconds} seconds.")
        return True


def count(caller: str, rate: Rate) -> Usage:
    """Add a request to the caller's window, which is begun if there is none. Raises redis.RedisError."""
    key = f"{settings.SITE_SLUG}:api-rate:{rate.seconds}:{caller}"
    used, milliseconds = _redis().eval(COUNT, 1, key, rate.seconds * 1000)
    return Usage(used, ceil(milliseconds / 1000))


@cache
def _redis() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=TIMEOUT, socket_timeout=TIMEOUT)


def _rate_for(request: Request) -> Rate:
    if not request.user.is_authenticated:
        return Rate(*settings.API_ANONYMOUS_RATE)
    rate: Rate = import_string(settings.API_RATE_OF)(request.tenant)  # type: ignore[attr-defined]
    return rate


def _caller(request: Request) -> str:
    """Whose requests are counted together: of a key, of a person in a tenant, or from an address."""
    if isinstance(request.auth, ApiKey):
        return f"key:{request.auth.pk}"
    if request.user.is_authenticated:
        tenant: Tenant | None = request.tenant  # type: ignore[attr-defined]
        return f"user:{request.user.pk}:{tenant.pk if tenant else ''}"
    return f"address:{_address(request._request)}"


def _address(request: HttpRequest) -> str:
    """With IPv6 all that share the first half, since whoever has one of them has all."""
    address = ip_address(get_adapter().get_client_ip(request))
    return str(ip_network((address, 64), strict=False)) if isinstance(address, IPv6Address) else str(address)
