"""Whole objects of Stripe's, with every field that the installed SDK says they have.

The SDK's annotations are made from Stripe's own description of its API, so an object that grows from them is complete,
and stays so with each new version. What has a meaning is then filled in by hand.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import sys
import typing
from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from typing import Any, Literal, get_args, get_origin

import stripe
from stripe._object_classes import OBJECT_CLASSES
from stripe._stripe_object import StripeObject


def whole(kind: str) -> dict[str, Any]:
    """A new object of that kind, with every field: null where it may be, else the least that it can be."""
    thing: dict[str, Any] = json.loads(_text(kind))
    return thing


def part(kind: str, *path: str) -> dict[str, Any]:
    """The same for an object within another, or within its lists: part("invoice", "parent", "subscription_details")."""
    cls = _class_of(kind)
    for step in path:
        cls = _without_list(_fields(cls)[step])
    return _object(cls)


@cache
def _text(kind: str) -> str:
    named = {} if kind == _INVOICE_LINE else {"object": kind}
    return json.dumps(_object(_class_of(kind)) | named)


_INVOICE_LINE = "invoice_line_item"
"""Stripe calls them line_item, as it does those of a checkout, which are others."""


def _class_of(kind: str) -> type:
    if kind == _INVOICE_LINE:
        return stripe.InvoiceLineItem
    module, name = OBJECT_CLASSES[kind]
    found: type = getattr(importlib.import_module(module), name)
    return found


def _without_list(kind: Any) -> Any:
    """The class of an object that may be null, or of the objects in a list."""
    kind = _without_none(kind)
    return _without_list(get_args(kind)[0]) if get_origin(kind) is list else kind


def _object(cls: type, outer: tuple[type, ...] = ()) -> dict[str, Any]:
    """The least that an object of that class can be, within objects of the classes in `outer`."""
    renamed = getattr(cls, "_field_remappings", {})
    return {
        renamed.get(name, name): _least(kind, (*outer, cls)) for name, kind in _fields(cls).items() if name != "deleted"
    }


def _least(kind: Any, outer: tuple[type, ...]) -> Any:
    if type(None) in get_args(kind):
        return None
    kind = _without_none(kind)
    origin = get_origin(kind)
    if origin is Literal:
        return get_args(kind)[0]
    if origin is list:
        return []
    if origin is stripe.ListObject:
        return {"object": "list", "data": [], "has_more": False, "url": "/v1/lists"}
    if inspect.isclass(kind) and issubclass(kind, StripeObject) and kind not in outer:
        return _object(kind, outer)
    return {int: 0, bool: False, str: "", float: 0.0, Decimal: "0"}.get(kind, {})


def _without_none(kind: Any) -> Any:
    """The first that it can be."""
    return next((arg for arg in get_args(kind) if arg is not type(None)), kind) if _is_union(kind) else kind


def _is_union(kind: Any) -> bool:
    return get_origin(kind) in (typing.Union, getattr(typing, "UnionType", typing.Union))


# --- The SDK's annotations ---
@cache
def _fields(cls: type) -> dict[str, Any]:
    """The fields of a class with their kinds."""
    found: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        if issubclass(base, StripeObject) and base is not StripeObject:
            names = _names_in(base.__module__)
            kinds = {name: _evaluated(kind, names) for name, kind in inspect.get_annotations(base).items()}
            found |= {name: kind for name, kind in kinds.items() if get_origin(kind) is not typing.ClassVar}
    return {name: kind for name, kind in found.items() if not name.startswith("_")}


def _evaluated(kind: Any, names: dict[str, Any]) -> Any:
    """An annotation with all that it names, in its parts too."""
    return typing.get_type_hints(type("", (), {"__annotations__": {"it": kind}}), localns=names)["it"]


@cache
def _names_in(module: str) -> dict[str, Any]:
    """What annotations may name in a module: all that it has, and what it imports for type checkers only.

    Its own come first: several of the SDK's modules have a class Plan.
    """
    found = dict(vars(sys.modules[module]))
    for statement in ast.parse(inspect.getsource(sys.modules[module])).body:
        if isinstance(statement, ast.If) and ast.unparse(statement.test) == "TYPE_CHECKING":
            found |= _imported(statement.body)
    return found


def _imported(statements: Iterable[ast.stmt]) -> dict[str, Any]:
    """What import statements import, but for parameters, of which there are hundreds and which no field is."""
    imports = [it for it in statements if isinstance(it, ast.ImportFrom) and it.module]
    return {
        alias.asname or alias.name: getattr(importlib.import_module(str(it.module)), alias.name)
        for it in imports
        if not str(it.module).startswith("stripe.params")
        for alias in it.names
    }
