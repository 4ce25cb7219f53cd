"""The endpoints of Razorpay's API that subscriptions need, and the pages behind them."""

from __future__ import annotations

import base64
import hmac
import json
import re
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

from django.conf import settings

from subscriptions.sandbox.http import Reply, Request, answer
from subscriptions.sandbox.periods import Due
from subscriptions.sandbox.world import Thing, World

from . import pages, plans, subscriptions
from .shop import ApiError, Shop

Handler = Callable[[Shop, list[str], Thing], Thing]


class Provider:
    """Razorpay, as the sandbox plays it."""

    name = "Razorpay"

    def __init__(self, world: World) -> None:
        self.shop = Shop(world)

    @property
    def origin(self) -> str:
        """Where its pages are."""
        return self.shop.origin

    @origin.setter
    def origin(self, origin: str) -> None:
        self.shop.origin = origin

    def is_api(self, request: Request) -> bool:
        """Is it for the API, and not for people?"""
        return request.path.startswith("/v1/")

    def api(self, request: Request) -> Reply:
        """What Razorpay would answer."""
        try:
            _authenticate(request)
            return answer(self._answer(request))
        except ApiError as error:
            return answer(error.body, error.status)

    def page(self, request: Request) -> Reply | None:
        """The page for people at that address, None if there is none."""
        return pages.page(self.shop, request)

    def pay(self, reference: str) -> None:
        """A customer pays at that checkout, with a card that is good."""
        subscriptions.authorise(self.shop, self.shop.find("subscription", reference), "ok")

    def next_due(self) -> Due | None:
        """What happens next."""
        return min(subscriptions.dues(self.shop), key=lambda due: due.at, default=None)

    def sign(self, event: Thing) -> tuple[bytes, Mapping[str, str]]:
        """A delivery as Razorpay makes it, with the secret that the product expects."""
        body = event["body"].encode()
        secret = settings.RAZORPAY_WEBHOOK_SECRETS[0]
        signature = hmac.new(secret.encode(), body, sha256).hexdigest()
        return body, {
            "Content-Type": "application/json",
            "X-Razorpay-Signature": signature,
            "X-Razorpay-Event-Id": event["id"],
        }

    def _answer(self, request: Request) -> Thing:
        params: Thing = json.loads(request.body) if request.body else {}
        params = dict(request.pairs) if request.method == "GET" else params
        for method, pattern, handler in ROUTES:
            match = re.fullmatch(pattern, request.path)
            if method == request.method and match:
                return handler(self.shop, list(match.groups()), params)
        raise ApiError(400, "The requested URL was not found on the server.")


def _authenticate(request: Request) -> None:
    given = request.headers.get("authorization", "").removeprefix("Basic ")
    expected = base64.b64encode(f"{settings.RAZORPAY_KEY_ID}:{settings.RAZORPAY_KEY_SECRET}".encode()).decode()
    if given != expected or not settings.RAZORPAY_KEY_ID.startswith("rzp_test_"):
        raise ApiError(401, "Authentication failed")


def _collection(shop: Shop, kind: str, params: Thing, *filters: str) -> Thing:
    """One page, the newest first: https://razorpay.com/docs/api/payments/subscriptions/fetch-all-subscriptions/"""
    found = [
        thing
        for thing in shop.world.all(kind).values()
        if all(name not in params or thing[name] == params[name] for name in filters)
        and int(params.get("from", 0)) <= thing["created_at"] <= int(params.get("to", shop.world.now))
    ]
    skip, count = int(params.get("skip", 0)), min(100, int(params.get("count", 10)))
    items = list(reversed(found))[skip : skip + count]
    return {"entity": "collection", "count": len(items), "items": items}


def _on_subscription(act: Callable[..., Thing], *, with_params: bool = False) -> Handler:
    def handle(shop: Shop, ids: list[str], params: Thing) -> Thing:
        subscription = shop.find("subscription", ids[0])
        return act(shop, subscription, params) if with_params else act(shop, subscription)

    return handle


def _same(shop: Shop, subscription: Thing) -> Any:
    return subscription


SUBSCRIPTION = r"/v1/subscriptions/(sub_\w+)"
ROUTES: list[tuple[str, str, Handler]] = [
    ("POST", "/v1/plans", lambda shop, ids, params: plans.create(shop, params)),
    ("GET", "/v1/plans", lambda shop, ids, params: _collection(shop, "plan", params)),
    ("GET", r"/v1/plans/(plan_\w+)", lambda shop, ids, params: shop.find("plan", ids[0])),
    ("POST", "/v1/subscriptions", lambda shop, ids, params: subscriptions.create(shop, params)),
    ("GET", "/v1/subscriptions", lambda shop, ids, params: _collection(shop, "subscription", params, "plan_id")),
    ("GET", SUBSCRIPTION, _on_subscription(_same)),
    ("PATCH", SUBSCRIPTION, _on_subscription(subscriptions.edit, with_params=True)),
    ("POST", f"{SUBSCRIPTION}/cancel", _on_subscription(subscriptions.cancel, with_params=True)),
    ("GET", f"{SUBSCRIPTION}/retrieve_scheduled_changes", _on_subscription(subscriptions.scheduled)),
    ("POST", f"{SUBSCRIPTION}/cancel_scheduled_changes", _on_subscription(subscriptions.forget_scheduled)),
    ("GET", "/v1/invoices", lambda shop, ids, params: _collection(shop, "invoice", params, "subscription_id")),
]
"""What is asked, and who answers it. What is not here, the sandbox's Razorpay does not have."""
