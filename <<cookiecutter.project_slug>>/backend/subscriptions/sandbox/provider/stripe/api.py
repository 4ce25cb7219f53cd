"""The endpoints of Stripe's API that subscriptions need, and the pages behind them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import stripe
from django.conf import settings

from subscriptions.sandbox.http import Reply, Request, answer
from subscriptions.sandbox.periods import Due
from subscriptions.sandbox.world import Thing, World, new_id

from . import catalogue, checkout, invoices, pages, schedules, subscriptions
from .cards import AT_CHECKOUT
from .forms import nested
from .lists import listed
from .shop import ApiError, Shop, invalid

Handler = Callable[[Shop, list[str], Thing], Thing]


class Provider:
    """Stripe, as the sandbox plays it."""

    name = "Stripe"

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
        """What Stripe would answer."""
        try:
            _authenticate(request)
            return self._once(request)
        except ApiError as error:
            return answer(error.body, error.status, _headers() | {"Stripe-Should-Retry": "false"})

    def page(self, request: Request) -> Reply | None:
        """The page for people at that address, None if there is none."""
        return pages.page(self.shop, request)

    def pay(self, reference: str) -> None:
        """A customer pays at that checkout, with a card that is good."""
        checkout.complete(self.shop, self.shop.find("checkout.session", reference), "ok")

    def next_due(self) -> Due | None:
        """What happens next."""
        dues = subscriptions.dues(self.shop)
        for at, session in checkout.dues(self.shop):
            dues.append(Due(at, lambda session=session: _expire(self.shop, session)))  # type: ignore[misc]
        return min(dues, key=lambda due: due.at, default=None)

    def sign(self, event: Thing) -> tuple[bytes, Mapping[str, str]]:
        """A delivery as Stripe makes it: signed by the SDK, with the secret that the product expects."""
        secret = settings.STRIPE_WEBHOOK_SECRETS[0]
        header = stripe.WebhookSignature.generate_signature_header(event["body"], secret)
        return event["body"].encode(), {"Content-Type": "application/json", "Stripe-Signature": header}

    def _once(self, request: Request) -> Reply:
        """The same key means the same request, and is answered as before: https://docs.stripe.com/api/idempotent_requests"""
        key = request.headers.get("idempotency-key", "") if request.method == "POST" else ""
        said = [request.path, request.body.decode()]
        answers = self.shop.world.note("answers")
        if key in answers and answers[key]["said"] != said:
            message = (
                "Keys for idempotent requests can only be used with the same parameters they were first used with."
            )
            raise ApiError(400, "idempotency_error", message)
        if key not in answers:
            status, body = self._done(request)
            if not key:
                return answer(body, status, _headers())
            answers[key] = {"said": said, "status": status, "body": json.dumps(body)}
        return answer(json.loads(answers[key]["body"]), answers[key].get("status", 200), _headers())

    def _done(self, request: Request) -> tuple[int, Thing]:
        """What comes of a request; a declined card is a result, too, and other refusals leave as errors."""
        try:
            return 200, self._answer(request)
        except ApiError as error:
            if error.status != 402:
                raise
            return error.status, error.body

    def _answer(self, request: Request) -> Thing:
        params = nested(request.pairs)
        expand = params.pop("expand", [])
        for method, pattern, known, handler in ROUTES:
            match = re.fullmatch(pattern, request.path)
            if method == request.method and match:
                _check_names(params, known)
                return _expanded(self.shop, handler(self.shop, list(match.groups()), params), expand)
        raise ApiError(404, "invalid_request_error", f"Unrecognized request URL ({request.method}: {request.path}).")


def _check_names(params: Thing, known: Any) -> None:
    """Refuse what the SDK's description of the request does not have: https://docs.stripe.com/error-codes"""
    names = known.__annotations__.keys() - stripe.RequestOptions.__annotations__.keys()
    for name in params:
        if name not in names:
            invalid(f"Received unknown parameter: {name}", name, "parameter_unknown")


def _headers() -> dict[str, str]:
    return {"Request-Id": new_id("req")}


def _authenticate(request: Request) -> None:
    if not request.headers.get("authorization", "").startswith("Bearer sk_test_"):
        raise ApiError(401, "invalid_request_error", "Invalid API Key provided: use one that begins with sk_test_")


def _expire(shop: Shop, session: Thing) -> None:
    checkout.expire(shop, session)


def _expanded(shop: Shop, thing: Thing, paths: list[str]) -> Thing:
    """A copy in which ids are replaced by what they stand for: https://docs.stripe.com/api/expanding_objects"""
    copied: Thing = json.loads(json.dumps(thing))
    for path in paths:
        _expand(shop, copied, path.split("."))
    return copied


def _expand(shop: Shop, thing: Any, steps: list[str]) -> None:
    if isinstance(thing, list):
        for item in thing:
            _expand(shop, item, steps)
    elif isinstance(thing, dict) and steps:
        name, *rest = steps
        if isinstance(thing.get(name), str):
            thing[name] = _by_id(shop, thing[name])
        if name not in thing or isinstance(thing[name], str):
            invalid(f"This property cannot be expanded ({name}).", "expand")
        _expand(shop, thing[name], rest)


def _by_id(shop: Shop, name: str) -> Any:
    """A copy of the object of that id; the text itself if it is no id."""
    kinds = shop.world.data["things"].values()
    return json.loads(json.dumps(next((things[name] for things in kinds if name in things), name)))


def _retrieve(kind: str) -> Handler:
    return lambda shop, ids, params: shop.find(kind, ids[0])


def _list(kind: str, *filters: str) -> Handler:
    return lambda shop, ids, params: listed(shop, kind, params, filters)


def _on(kind: str, act: Callable[..., Thing], *, with_params: bool = True) -> Handler:
    """What is done to an object that exists."""
    return lambda shop, ids, params: act(shop, shop.find(kind, ids[0]), *([params] if with_params else []))


def _customer(shop: Shop, ids: list[str], params: Thing) -> Thing:
    prefix = new_id("")[1:9].upper()
    usual = {"balance": 0, "delinquent": False, "invoice_prefix": prefix, "metadata": {}}
    customer = shop.make("customer", **usual | params)
    shop.emit("customer.created", customer)
    return customer


def _change_customer(shop: Shop, ids: list[str], params: Thing) -> Thing:
    customer = shop.find("customer", ids[0])
    shop.change(customer, "customer.updated", **params)
    return customer


def _cancel(shop: Shop, ids: list[str], params: Thing) -> Thing:
    subscription = shop.find("subscription", ids[0])
    if subscription["status"] == "canceled":
        raise ApiError(404, "invalid_request_error", f"No such subscription: '{ids[0]}'", "resource_missing", "id")
    return subscriptions.end(shop, subscription, "cancellation_requested")


def _pay(shop: Shop, ids: list[str], params: Thing) -> Thing:
    invoice = shop.find("invoice", ids[0])
    if invoice["status"] != "open":
        invalid("Invoice is already paid" if invoice["status"] == "paid" else "This invoice can no longer be paid.")
    if not invoices.pay(shop, invoice, occasion=AT_CHECKOUT):
        raise ApiError(402, "card_error", "Your card was declined.", "card_declined")
    subscriptions.paid(shop, invoice)
    return invoice


def _preview(shop: Shop, ids: list[str], params: Thing) -> Thing:
    subscription = shop.find("subscription", params["subscription"])
    details = params.get("subscription_details", {})
    _, lines = subscriptions.changed(shop, subscription, details)
    return invoices.preview(shop, subscription, lines)


def _event(shop: Shop, ids: list[str], params: Thing) -> Thing:
    found = [event for event in shop.world.events if event["id"] == ids[0]]
    if not found:
        raise ApiError(404, "invalid_request_error", f"No such event: '{ids[0]}'", "resource_missing", "id")
    event: Thing = json.loads(found[0]["body"])
    return event


ID = r"/([\w-]+)"
SCHEDULES, SESSIONS = "/v1/subscription_schedules", "/v1/checkout/sessions"
P = stripe.params
ROUTES: list[tuple[str, str, Any, Handler]] = [
    ("POST", "/v1/products", P.ProductCreateParams, lambda shop, ids, params: catalogue.product(shop, params)),
    ("GET", f"/v1/products{ID}", P.ProductRetrieveParams, _retrieve("product")),
    ("POST", "/v1/prices", P.PriceCreateParams, lambda shop, ids, params: catalogue.price(shop, params)),
    ("POST", f"/v1/prices{ID}", P.PriceUpdateParams, _on("price", catalogue.change_price)),
    ("GET", "/v1/prices", P.PriceListParams, lambda shop, ids, params: catalogue.prices(shop, params)),
    ("POST", "/v1/customers", P.CustomerCreateParams, _customer),
    ("GET", f"/v1/customers{ID}", P.CustomerRetrieveParams, _retrieve("customer")),
    ("POST", f"/v1/customers{ID}", P.CustomerUpdateParams, _change_customer),
    ("POST", SESSIONS, P.checkout.SessionCreateParams, lambda shop, ids, params: checkout.create(shop, params)),
    ("GET", f"{SESSIONS}{ID}", P.checkout.SessionRetrieveParams, _retrieve("checkout.session")),
    (
        "POST",
        f"{SESSIONS}{ID}/expire",
        P.checkout.SessionExpireParams,
        _on("checkout.session", checkout.expire, with_params=False),
    ),
    ("GET", "/v1/subscriptions", P.SubscriptionListParams, _list("subscription", "customer")),
    ("GET", f"/v1/subscriptions{ID}", P.SubscriptionRetrieveParams, _retrieve("subscription")),
    ("POST", f"/v1/subscriptions{ID}", P.SubscriptionUpdateParams, _on("subscription", subscriptions.update)),
    ("DELETE", f"/v1/subscriptions{ID}", P.SubscriptionCancelParams, _cancel),
    ("GET", "/v1/invoices", P.InvoiceListParams, _list("invoice", "customer", "subscription")),
    ("POST", "/v1/invoices/create_preview", P.InvoiceCreatePreviewParams, _preview),
    ("GET", f"/v1/invoices{ID}", P.InvoiceRetrieveParams, _retrieve("invoice")),
    ("POST", f"/v1/invoices{ID}/pay", P.InvoicePayParams, _pay),
    (
        "POST",
        SCHEDULES,
        P.SubscriptionScheduleCreateParams,
        lambda shop, ids, params: schedules.create(shop, params),
    ),
    ("GET", f"{SCHEDULES}{ID}", P.SubscriptionScheduleRetrieveParams, _retrieve("subscription_schedule")),
    (
        "POST",
        f"{SCHEDULES}{ID}",
        P.SubscriptionScheduleUpdateParams,
        _on("subscription_schedule", schedules.update),
    ),
    (
        "POST",
        f"{SCHEDULES}{ID}/release",
        P.SubscriptionScheduleReleaseParams,
        _on("subscription_schedule", schedules.release, with_params=False),
    ),
    (
        "POST",
        "/v1/billing_portal/sessions",
        P.billing_portal.SessionCreateParams,
        lambda shop, ids, params: checkout.open_portal(shop, params),
    ),
    ("GET", "/v1/events", P.EventListParams, lambda shop, ids, params: catalogue.events(shop, params)),
    ("GET", f"/v1/events{ID}", P.EventRetrieveParams, _event),
]
"""What is asked, with what, and who answers it. What is not here, the sandbox's Stripe does not have."""
