"""What in a new schema breaks a client that the old one was right for.

    git show origin/main:backend/openapi.json | python -m core.breaking

reads the old schema from standard input, compares openapi.json with it, prints a sentence for each break, and exits
with 1 if there is one. A client breaks where what it sends is refused, or what it relies on in an answer is missing.
What is added breaks none, and neither does an operation that goes when it was said to: one that was `deprecated`, and
whose `x-sunset` is over. A new value of an enumeration in an answer is no break: clients have to expect those.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

Node = Mapping[str, Any]

UPPER = ("maxLength", "maximum", "maxItems")
LOWER = ("minLength", "minimum", "minItems")
EXACT = ("format", "pattern")
CHOICES = ("oneOf", "anyOf", "allOf")


class Document:
    """An OpenAPI document, whose references can be followed."""

    def __init__(self, root: Node) -> None:
        self.root = root

    def operations(self) -> dict[tuple[str, str], Node]:
        """All operations, by path and method."""
        paths: Mapping[str, Node] = self.root.get("paths", {})
        return {(path, method): operation for path, item in paths.items() for method, operation in item.items()}

    def at(self, node: Node) -> Node:
        """The node itself or, if it only refers to one, that one; of a single `allOf` what is inside."""
        while "$ref" in node or len(node.get("allOf", ())) == 1:
            node = self._target(node["$ref"]) if "$ref" in node else node["allOf"][0]
        return node

    def _target(self, reference: str) -> Node:
        node: Any = self.root
        for step in reference.removeprefix("#/").split("/"):
            node = node[step]
        found: Node = node
        return found


def breaks(old: Node, new: Node, today: date) -> list[str]:
    """A sentence for each thing that an old client would stumble over."""
    before, after = Document(old), Document(new)
    now = after.operations()
    found: list[str] = []
    for (path, method), operation in before.operations().items():
        where = f"{method.upper()} {path}"
        if (path, method) in now:
            found += [f"{where} {what}" for what in Comparison(before, after).operation(operation, now[path, method])]
        elif not _has_ended(operation, today):
            found.append(f"{where} is gone.")
    return found


def _has_ended(operation: Node, today: date) -> bool:
    sunset = operation.get("x-sunset") if operation.get("deprecated") else None
    return sunset is not None and date.fromisoformat(sunset) <= today


class Comparison:
    """Of one operation, before and after; yields predicates such as "needs the query parameter `since` now."."""

    def __init__(self, before: Document, after: Document) -> None:
        self.before, self.after = before, after
        self.seen: set[tuple[str, int, int]] = set()

    def operation(self, old: Node, new: Node) -> Iterator[str]:
        """All about it: whom it is for, what it takes, and what it answers."""
        permission = "x-required-permission"
        if old.get(permission) != new.get(permission):
            yield f"requires {new.get(permission) or 'nothing'} instead of {old.get(permission) or 'nothing'}."
        yield from self._parameters(_by_name(old), _by_name(new))
        yield from self._body(old.get("requestBody"), new.get("requestBody"))
        yield from self._answers(old["responses"], new["responses"])

    def _parameters(self, old: Mapping[str, Node], new: Mapping[str, Node]) -> Iterator[str]:
        for name in old.keys() - new.keys():
            yield f"takes the {name} no more."
        for name, parameter in new.items():
            if parameter.get("required") and not old.get(name, {}).get("required"):
                yield f"needs the {name} now."
            if name in old:
                yield from self._taken(old[name]["schema"], parameter["schema"], f"the {name}")

    def _body(self, old: Node | None, new: Node | None) -> Iterator[str]:
        if new and new.get("required") and not (old and old.get("required")):
            yield "needs a body now."
        before, after = (old or {}).get("content", {}), (new or {}).get("content", {})
        for media_type in before.keys() - after.keys():
            yield f"takes {media_type} no more."
        for media_type in before.keys() & after.keys():
            yield from self._taken(before[media_type]["schema"], after[media_type]["schema"], "the body")

    def _answers(self, old: Mapping[str, Node], new: Mapping[str, Node]) -> Iterator[str]:
        for status in (status for status in old if status[0] in "23"):
            if status not in new:
                yield f"answers {status} no more."
                continue
            before, after = (side.at(node).get("content", {}) for side, node in self._sides(old, new, status))
            for media_type in before:
                if media_type not in after:
                    yield f"answers {status} with {media_type} no more."
                elif "schema" in before[media_type]:
                    yield from self._given(
                        before[media_type]["schema"], after[media_type].get("schema", {}), "the answer"
                    )

    def _sides(self, old: Node, new: Node, name: str) -> list[tuple[Document, Node]]:
        return [(self.before, old[name]), (self.after, new[name])]

    def _taken(self, old: Node, new: Node, what: str) -> Iterator[str]:
        """A value that a client sends must still be taken."""
        old, new = self.before.at(old), self.after.at(new)
        if self._is_seen("taken", old, new):
            return
        yield from self._taken_itself(old, new, what)
        before, after = old.get("properties", {}), new.get("properties", {})
        for name in before.keys() - after.keys():
            yield f"takes `{name}` in {what} no more."
        for name in set(new.get("required", ())) - set(old.get("required", ())):
            yield f"needs `{name}` in {what} now."
        for name in before.keys() & after.keys():
            yield from self._taken(before[name], after[name], f"`{name}` in {what}")
        if "items" in old and "items" in new:
            yield from self._taken(old["items"], new["items"], f"an item of {what}")

    def _taken_itself(self, old: Node, new: Node, what: str) -> Iterator[str]:
        if gone := _types(old) - _types(new) if _types(new) else set():
            yield f"takes no {' or '.join(sorted(gone))} as {what} any more."
        if "enum" in new and (gone := {*map(str, old.get("enum", ["anything"]))} - {*map(str, new["enum"])}):
            yield f"takes {', '.join(sorted(gone))} as {what} no more."
        if any(new[key] < old.get(key, float("inf")) for key in UPPER if key in new):
            yield f"takes less as {what} than it did."
        if any(new[key] > old.get(key, float("-inf")) for key in LOWER if key in new):
            yield f"wants more as {what} than it did."
        if any(new[key] != old.get(key) for key in EXACT if key in new):
            yield f"wants {what} in another form."
        if any(key in new and new[key] != old.get(key) for key in CHOICES):
            yield f"wants another one of several as {what}."

    def _given(self, old: Node, new: Node, what: str) -> Iterator[str]:
        """What a client reads must still be there, and of the same kind."""
        old, new = self.before.at(old), self.after.at(new)
        if self._is_seen("given", old, new):
            return
        if other := _types(new) - _types(old) if _types(old) else set():
            yield f"has {' or '.join(sorted(other))} as {what} now."
        if any(old.get(key) != new.get(key) for key in ("format", *CHOICES)):
            yield f"has {what} in another form."
        before, after = old.get("properties", {}), new.get("properties", {})
        for name in before.keys() - after.keys():
            yield f"has no `{name}` in {what} any more."
        for name in (set(old.get("required", ())) - set(new.get("required", ()))) & after.keys():
            yield f"may have no `{name}` in {what} now."
        for name in before.keys() & after.keys():
            yield from self._given(before[name], after[name], f"`{name}` in {what}")
        if "items" in old and "items" in new:
            yield from self._given(old["items"], new["items"], f"an item of {what}")

    def _is_seen(self, way: str, old: Node, new: Node) -> bool:
        """A schema may contain itself."""
        known = (way, id(old), id(new))
        if known in self.seen:
            return True
        self.seen.add(known)
        return False


def _by_name(operation: Node) -> dict[str, Node]:
    return {f"{each['in']} parameter `{each['name']}`": each for each in operation.get("parameters", ())}


def _types(schema: Node) -> set[str]:
    """The JSON types of a schema; none where it does not say."""
    types = schema.get("type", [])
    return {types} if isinstance(types, str) else set(types)


def main() -> None:
    """Compare the schema on standard input with openapi.json."""
    file = Path(__file__).resolve().parent.parent / "openapi.json"
    found = breaks(json.load(sys.stdin), json.loads(file.read_text(encoding="utf-8")), date.today())
    sys.stdout.writelines(f"{sentence}\n" for sentence in found)
    if found:
        sys.exit(1)


if __name__ == "__main__":
    main()
