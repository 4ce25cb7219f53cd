"""Whole objects of Stripe's, with every field that the installed SDK says they have.

The SDK's annotations are made from Stripe's own description of its API, so an object that grows from them is complete,
and stays so with each new version. What has a meaning is then filled in by hand.
"""

from __future__ import annotations

import importlib
import inspect
import json
import sys
import typing
from functools import cache
from typing import Any, Literal, get_args, get_origin

import stripe
import typing_extensions
from stripe._object_classes import OBJECT_CLASSES
from stripe._stripe_object import StripeObject


def whole(kind: str) -> dict[str, Any]:
    """A new object of that kind, with every field: null where it may be, else the least that it can be."""
    thing: dict[str, Any] = json.loads(_text(kind))
    return thing


def part(kind: str, *path: str) -> dict[str, Any]:
    """The same for an object within another, or within its lists: part("invoice", "parent", "subscription_details")."""
    cls: Any = _class_of(kind)
    outer: tuple[type, ...] = ()
    for step in path:
        outer, cls = (*outer, cls), _item(_fields(cls, outer)[step], (*outer, cls))
    return _object(cls, outer)


@cache
def _text(kind: str) -> str:
    named = {} if kind == _INVOICE_LINE else {"object": kind}
    return json.dumps(_object(_class_of(kind), ()) | named)


_INVOICE_LINE = "invoice_line_item"
"""Stripe calls them line_item, as it does those of a checkout, which are others."""


def _class_of(kind: str) -> type:
    if kind == _INVOICE_LINE:
        return stripe.InvoiceLineItem
    module, name = OBJECT_CLASSES[kind]
    found: type = getattr(importlib.import_module(module), name)
    return found


def _item(kind: Any, outer: tuple[type, ...]) -> Any:
    """The class of an object that may be null, or of the objects in a list."""
    kind = _evaluated(_without_none(_evaluated(kind, _scope(outer))), _scope(outer))
    return _item(get_args(kind)[0], outer) if get_origin(kind) is list else kind


def _object(cls: type, outer: tuple[type, ...]) -> dict[str, Any]:
    renamed = getattr(cls, "_field_remappings", {})
    return {
        renamed.get(name, name): _least(kind, (*outer, cls))
        for name, kind in _fields(cls, outer).items()
        if name != "deleted"
    }


def _fields(cls: type, outer: tuple[type, ...]) -> dict[str, Any]:
    """The annotations of a class, which is written inside of the classes in `outer`, whose names it uses."""
    names = _scope((*outer, cls))
    found: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        if issubclass(base, StripeObject) and base is not StripeObject:
            kinds = {name: _evaluated(kind, names) for name, kind in inspect.get_annotations(base).items()}
            found |= {name: kind for name, kind in kinds.items() if get_origin(kind) is not typing.ClassVar}
    return {name: kind for name, kind in found.items() if not name.startswith("_")}


def _scope(classes: tuple[type, ...]) -> dict[str, Any]:
    """What annotations may name: the SDK imports most of it only for type checkers."""
    inner = {name: value for cls in classes for name, value in vars(cls).items() if inspect.isclass(value)}
    return _everywhere() | vars(sys.modules[classes[0].__module__]) | inner


@cache
def _everywhere() -> dict[str, Any]:
    classes = {name: getattr(importlib.import_module(module), name) for module, name in OBJECT_CLASSES.values()}
    return vars(typing) | vars(typing_extensions) | vars(stripe) | classes


def _evaluated(kind: Any, names: dict[str, Any]) -> Any:
    while isinstance(kind, (str, typing.ForwardRef)):
        text = kind if isinstance(kind, str) else kind.__forward_arg__
        kind = eval(text, names)  # noqa: S307  (an annotation of the installed SDK)
    return kind


def _least(kind: Any, outer: tuple[type, ...]) -> Any:
    names = _scope(outer)
    kind = _evaluated(kind, names)
    if type(None) in get_args(kind):
        return None
    kind = _evaluated(_without_none(kind), names)
    origin = get_origin(kind)
    if origin is Literal:
        return get_args(kind)[0]
    if origin is list:
        return []
    if getattr(origin, "__name__", "") == "ListObject":
        return {"object": "list", "data": [], "has_more": False, "url": "/v1/lists"}
    if inspect.isclass(kind) and issubclass(kind, StripeObject) and kind not in outer:
        return _object(kind, outer) if kind.__name__ != "UntypedStripeObject" else {}
    return {int: 0, bool: False, str: "", float: 0.0}.get(kind, {})


def _without_none(kind: Any) -> Any:
    """The first that it can be."""
    return next((arg for arg in get_args(kind) if arg is not type(None)), kind) if _is_union(kind) else kind


def _is_union(kind: Any) -> bool:
    return get_origin(kind) in (typing.Union, getattr(typing, "UnionType", typing.Union))
