"""What Stripe's objects and requests look like, by the annotations of the installed SDK.

Those are made from Stripe's own description of its API, and follow it with each new version of the SDK.
"""

import ast
import importlib
import inspect
import re
import sys
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from types import NoneType, UnionType
from typing import Any, ClassVar, Literal, Union, get_args, get_origin, get_type_hints

import stripe
from stripe import ListObject, StripeObject
from stripe._object_classes import OBJECT_CLASSES
from stripe._stripe_object import UntypedStripeObject
from typing_extensions import is_typeddict

from subscriptions.sandbox.http import Request
from subscriptions.sandbox.provider.forms import nested

__all__ = ["CARDS", "KINDS", "kinds", "parameter_violations", "parameters", "violations"]

KINDS = frozenset(
    {
        "billing_portal.session",
        "checkout.session",
        "customer",
        "event",
        "invoice",
        "line_item",
        "list",
        "payment_method",
        "plan",
        "price",
        "product",
        "subscription",
        "subscription_item",
        "subscription_schedule",
        "checkout.session.completed",
        "checkout.session.expired",
        "customer.created",
        "customer.subscription.created",
        "customer.subscription.deleted",
        "customer.subscription.pending_update_applied",
        "customer.subscription.pending_update_expired",
        "customer.subscription.updated",
        "invoice.created",
        "invoice.finalized",
        "invoice.paid",
        "invoice.payment_failed",
        "invoice.payment_succeeded",
        "invoice.updated",
        "invoice.voided",
        "payment_method.attached",
        "price.created",
        "price.updated",
        "product.created",
        "subscription_schedule.released",
        "subscription_schedule.updated",
    }
)
"""The objects that the product has the sandbox make, and the events that it tells of."""
CARDS = ("ok",)
"""What is paid with, for all of them to come up."""

MOST = 10
"""How many of the values that are allowed a message names."""

Scalars = Mapping[Any, Callable[[Any], bool]]
"""By the kinds that have no parts: is a value of that kind?"""


def violations(value: dict[str, Any]) -> list[str]:
    """What is wrong with an answer of the API or an event, each as "path: what is wrong"; [] if nothing."""
    if list(value) == ["error"]:
        return _of_kind(value["error"], stripe.ErrorObject, "error", _JSON)
    return _of_kind(value, StripeObject, str(value.get("object", "")), _JSON)


def parameter_violations(method: str, path: str, parameters: dict[str, Any]) -> list[str]:
    """What a request sends that the API does not know, each as "path: what is wrong"; [] if nothing.

    Numbers and truth values may be there as such, or as the text that a form makes of them.
    """
    for known, pattern, kind in _ENDPOINTS:
        if known == method and re.fullmatch(pattern.replace("{id}", "[^/]+"), path):
            return _of_kind(_as_text(parameters), kind, "", _FORM)
    return [f"{method} {path}: is no endpoint that is used"]


def parameters(request: Request) -> dict[str, Any]:
    """What a request sends, as the API understands it."""
    return nested(request.pairs)


def kinds(value: Any) -> set[str]:
    """The kinds of the objects in an answer or an event, and of the event itself."""
    if isinstance(value, list):
        return set().union(*(kinds(item) for item in value))
    if not isinstance(value, dict):
        return set()
    found = {value["object"]} if isinstance(value.get("object"), str) else set()
    if found == {"event"}:
        found.add(value["type"])
    return found.union(*(kinds(item) for item in value.values()))


_ENDPOINTS: list[tuple[str, str, Any]] = [
    ("POST", "/v1/customers", stripe.params.CustomerCreateParams),
    ("GET", "/v1/customers/{id}", stripe.params.CustomerRetrieveParams),
    ("POST", "/v1/customers/{id}", stripe.params.CustomerUpdateParams),
    ("GET", "/v1/products", stripe.params.ProductListParams),
    ("POST", "/v1/products", stripe.params.ProductCreateParams),
    ("GET", "/v1/products/{id}", stripe.params.ProductRetrieveParams),
    ("POST", "/v1/products/{id}", stripe.params.ProductUpdateParams),
    ("GET", "/v1/prices", stripe.params.PriceListParams),
    ("POST", "/v1/prices", stripe.params.PriceCreateParams),
    ("GET", "/v1/prices/{id}", stripe.params.PriceRetrieveParams),
    ("POST", "/v1/prices/{id}", stripe.params.PriceUpdateParams),
    ("POST", "/v1/checkout/sessions", stripe.params.checkout.SessionCreateParams),
    ("GET", "/v1/checkout/sessions/{id}", stripe.params.checkout.SessionRetrieveParams),
    ("POST", "/v1/checkout/sessions/{id}/expire", stripe.params.checkout.SessionExpireParams),
    ("GET", "/v1/subscriptions", stripe.params.SubscriptionListParams),
    ("GET", "/v1/subscriptions/{id}", stripe.params.SubscriptionRetrieveParams),
    ("POST", "/v1/subscriptions/{id}", stripe.params.SubscriptionUpdateParams),
    ("DELETE", "/v1/subscriptions/{id}", stripe.params.SubscriptionCancelParams),
    ("GET", "/v1/invoices", stripe.params.InvoiceListParams),
    ("POST", "/v1/invoices/create_preview", stripe.params.InvoiceCreatePreviewParams),
    ("GET", "/v1/invoices/{id}", stripe.params.InvoiceRetrieveParams),
    ("POST", "/v1/invoices/{id}/pay", stripe.params.InvoicePayParams),
    ("POST", "/v1/billing_portal/sessions", stripe.params.billing_portal.SessionCreateParams),
    ("POST", "/v1/subscription_schedules", stripe.params.SubscriptionScheduleCreateParams),
    ("GET", "/v1/subscription_schedules/{id}", stripe.params.SubscriptionScheduleRetrieveParams),
    ("POST", "/v1/subscription_schedules/{id}", stripe.params.SubscriptionScheduleUpdateParams),
    ("POST", "/v1/subscription_schedules/{id}/release", stripe.params.SubscriptionScheduleReleaseParams),
    ("GET", "/v1/events", stripe.params.EventListParams),
    ("GET", "/v1/events/{id}", stripe.params.EventRetrieveParams),
]
"""What is asked of Stripe, and the parameters that it takes there."""


# --- Values ---
def _of_kind(value: Any, kind: Any, path: str, scalars: Scalars) -> list[str]:
    """What is wrong with a value that an annotation describes. Of several kinds it is of the one that fits it best."""
    kinds = _alternatives(kind)
    fitting = [one for one in kinds if _looks_like(value, one, scalars)]
    if not fitting:
        return [f"{path}: {value!r:.80} is not {' or '.join(_name(one) for one in kinds)}"]
    return min((_inside(value, one, path, scalars) for one in fitting), key=len)


def _alternatives(kind: Any) -> list[Any]:
    """The kinds of a union, or the one that it is.

    Beside values that have names the SDK allows any text, for names that Stripe may add: here it counts for nothing.
    """
    kinds = list(get_args(kind)) if get_origin(kind) in (Union, UnionType) else [kind]
    named = any(name != "" for one in kinds if get_origin(one) is Literal for name in get_args(one))
    return [one for one in kinds if not (named and one is str)]


def _looks_like(value: Any, kind: Any, scalars: Scalars) -> bool:
    """Is it of that kind, as seen from outside?"""
    if get_origin(kind) is Literal:
        return value in get_args(kind)
    if kind in scalars:
        return scalars[kind](value)
    return isinstance(value, list if get_origin(kind) is list else dict)


def _inside(value: Any, kind: Any, path: str, scalars: Scalars) -> list[str]:
    """What is wrong with the parts of a value."""
    if get_origin(kind) is Literal or kind in scalars:
        return []
    if get_origin(kind) is list:
        (item,) = get_args(kind)
        return [wrong for at, one in enumerate(value) for wrong in _of_kind(one, item, f"{path}[{at}]", scalars)]
    if get_origin(kind) in (dict, UntypedStripeObject):
        item = get_args(kind)[-1]
        return [wrong for name, one in value.items() for wrong in _of_kind(one, item, _at(path, name), scalars)]
    if kind is StripeObject:
        return _of_named(value, path, scalars)
    return _of_fields(value, kind, path, scalars)


def _of_named(value: dict[str, Any], path: str, scalars: Scalars) -> list[str]:
    """What is wrong with an object that says itself what it is."""
    name = str(value.get("object", ""))
    if name not in OBJECT_CLASSES:
        return [f"{_at(path, 'object')}: {name!r} is the name of no object"]
    return _of_fields(value, _class_of(name), path, scalars)


def _of_fields(value: dict[str, Any], kind: Any, path: str, scalars: Scalars) -> list[str]:
    fields = _fields(kind)
    wrong = [f"{_at(path, name)}: is unknown" for name in value if name not in fields]
    wrong += [f"{_at(path, name)}: is missing" for name in _required(kind) if name not in value]
    for name in value.keys() & fields.keys():
        wrong += _of_kind(value[name], fields[name], _at(path, name), scalars)
    return sorted(wrong)


def _at(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _name(kind: Any) -> str:
    """What a kind is called in a message."""
    if kind is NoneType:
        return "null"
    if get_origin(kind) is Literal:
        values = [repr(value) for value in get_args(kind)]
        return " or ".join(values if len(values) <= MOST else [*values[:MOST], "…"])
    return getattr(kind, "__name__", str(kind))


# --- Scalars ---
def _as_text(value: Any) -> Any:
    """Parameters as they are after their way through a form."""
    if isinstance(value, dict):
        return {name: _as_text(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_as_text(item) for item in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


def _text_like(pattern: str) -> Callable[[Any], bool]:
    """A check: is a value text of that pattern?"""
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value, re.DOTALL) is not None


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


_NUMBER = _text_like(r"-?\d+(\.\d+)?")
_JSON: Scalars = {
    Any: lambda value: True,
    NoneType: lambda value: value is None,
    bool: lambda value: isinstance(value, bool),
    int: _is_integer,
    float: lambda value: _is_integer(value) or isinstance(value, float),
    str: lambda value: isinstance(value, str),
    Decimal: _NUMBER,
}
_FORM: Scalars = {
    bool: _text_like("true|false"),
    int: _text_like(r"-?\d+"),
    float: _NUMBER,
    str: _text_like(".*"),
    Decimal: _NUMBER,
}


# --- The SDK's annotations ---
def _class_of(name: str) -> Any:
    """The class of the objects that have that name in JSON."""
    if name == "list":
        return ListObject[StripeObject]
    module, attribute = OBJECT_CLASSES[name]
    return getattr(importlib.import_module(module), attribute)


@cache
def _fields(kind: Any) -> dict[str, Any]:
    """The fields of an object, or the parameters of a request, with their kinds."""
    if get_origin(kind) is ListObject:
        (item,) = get_args(kind)
        return _annotations(ListObject) | {"object": Literal["list"], "data": list[item]}  # type: ignore[valid-type]
    fields = _annotations(kind)
    if kind is stripe.Event.Data:
        return fields | {"object": StripeObject}  # for which the SDK allows anything
    if is_typeddict(kind):
        return {name: fields[name] for name in fields.keys() - stripe.RequestOptions.__annotations__.keys()}
    return fields


@cache
def _required(kind: Any) -> list[str]:
    """The fields that every object has. Of the others, the SDK does not tell which may be null, and which missing."""
    if is_typeddict(kind):
        return []
    return [name for name, of in _fields(kind).items() if NoneType not in _alternatives(of)]


def _annotations(cls: type) -> dict[str, Any]:
    """The evaluated annotations of a class by their names in JSON, without those of the SDK's own attributes."""
    # What requests can ask for comes from there, and is then evaluated where its names are not imported.
    names = _names_in(stripe.RequestOptions.__module__)
    for base in reversed(cls.__mro__):
        if base.__module__.startswith("stripe."):
            names = names | _names_in(base.__module__)
    renamed = getattr(cls, "_field_remappings", {})
    return {
        renamed.get(name, name): kind
        for name, kind in get_type_hints(cls, localns=names).items()
        if not name.startswith("_") and get_origin(kind) is not ClassVar
    }


@cache
def _names_in(module: str) -> dict[str, Any]:
    """What annotations may name in a module: all that it has, and what it imports for type checkers only."""
    found = dict(vars(sys.modules[module]))
    for statement in ast.parse(inspect.getsource(sys.modules[module])).body:
        if isinstance(statement, ast.If) and ast.unparse(statement.test) == "TYPE_CHECKING":
            found |= _imported(statement.body)
    return found


def _imported(statements: list[ast.stmt]) -> dict[str, Any]:
    """What import statements import. Parameters, of which a module imports hundreds, name no fields of objects."""
    return {
        alias.asname or alias.name: getattr(importlib.import_module(statement.module), alias.name)
        for statement in statements
        if isinstance(statement, ast.ImportFrom) and statement.module
        if not statement.module.startswith("stripe.params")
        for alias in statement.names
    }
