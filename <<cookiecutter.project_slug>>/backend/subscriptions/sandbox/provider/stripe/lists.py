"""Lists, page by page: https://docs.stripe.com/api/pagination"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from subscriptions.sandbox.world import Thing

from .shop import Shop


def listed(shop: Shop, kind: str, params: Thing, filters: Sequence[str]) -> Thing:
    """The objects of a kind that fit the request, the newest first."""
    found = [thing for thing in shop.world.all(kind).values() if _fits(thing, params, filters)]
    return paged(reversed(found), params, f"/v1/{kind}s")


def paged(things: Iterable[Thing], params: Thing, url: str) -> Thing:
    """One page of a list, from behind `starting_after`."""
    found = list(things)
    if after := params.get("starting_after"):
        found = found[1 + next(place for place, thing in enumerate(found) if thing["id"] == after) :]
    limit = int(params.get("limit", 10))
    return {"object": "list", "url": url, "has_more": len(found) > limit, "data": found[:limit]}


def _fits(thing: Thing, params: Thing, filters: Sequence[str]) -> bool:
    if any(name in params and _value(thing, name) != params[name] for name in filters):
        return False
    status = str(params.get("status", ""))
    if thing["object"] == "subscription" and not status:
        return bool(thing["status"] != "canceled")
    return bool(status in ("", "all", thing["status"]))


def _value(thing: Thing, name: str) -> object:
    if thing["object"] == "invoice" and name == "subscription":
        return thing["parent"]["subscription_details"]["subscription"]
    return thing[name]
