"""Lists, page by page: https://docs.stripe.com/api/pagination"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Sequence

from subscriptions.sandbox.world import Thing

from .shop import Shop, invalid

MOST = 100
"""How many a page may have."""
_COMPARED = {"gt": operator.gt, "gte": operator.ge, "lt": operator.lt, "lte": operator.le}


def listed(shop: Shop, kind: str, params: Thing, filters: Sequence[str]) -> Thing:
    """The objects of a kind that fit the request, the newest first."""
    found = [thing for thing in shop.world.all(kind).values() if _fits(thing, params, filters)]
    return paged(reversed(found), params, f"/v1/{kind}s")


def paged(things: Iterable[Thing], params: Thing, url: str) -> Thing:
    """One page of a list, from behind `starting_after`."""
    found, limit = list(things), int(params.get("limit", 10))
    if not 1 <= limit <= MOST:
        invalid(f"This value must be between 1 and {MOST}.", "limit")
    if after := params.get("starting_after"):
        names = [thing["id"] for thing in found]
        if after not in names:
            invalid(f"No such object: '{after}'", "starting_after", "resource_missing")
        found = found[names.index(after) + 1 :]
    return {"object": "list", "url": url, "has_more": len(found) > limit, "data": found[:limit]}


def was_made(thing: Thing, params: Thing) -> bool:
    """Was it made at a time that the request asks for? `created[gte]` and its like."""
    wanted = params.get("created", {})
    return all(_COMPARED[how](thing["created"], int(moment)) for how, moment in wanted.items())


def _fits(thing: Thing, params: Thing, filters: Sequence[str]) -> bool:
    if not was_made(thing, params) or any(name in params and _value(thing, name) != params[name] for name in filters):
        return False
    status = str(params.get("status", ""))
    if thing["object"] == "subscription" and not status:
        return bool(thing["status"] != "canceled")
    return bool(status in ("", "all", thing["status"]))


def _value(thing: Thing, name: str) -> object:
    if thing["object"] == "invoice" and name == "subscription":
        return thing["parent"]["subscription_details"]["subscription"]
    return thing[name]
