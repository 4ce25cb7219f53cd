"""Every address of the project, found by walking the URLconf."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.regex_helper import normalize


class Address(NamedTuple):
    """An address with the names of its parts, and what answers there."""

    template: str
    """`/api/v1/contacts/%(pk)s`."""
    parts: tuple[str, ...]
    view: Any

    @property
    def text(self) -> str:
        """`/api/v1/contacts/<pk>`."""
        return self.template % {part: f"<{part}>" for part in self.parts}


def addresses() -> Iterator[Address]:
    """All of them, in the order in which they are looked at."""
    return _walk(get_resolver(), "/")


def _walk(resolver: URLResolver, prefix: str) -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        path = prefix + pattern.pattern.regex.pattern.removeprefix("^")
        if isinstance(pattern, URLPattern):
            yield from (Address(template, tuple(parts), pattern.callback) for template, parts in normalize(path))
        else:
            yield from _walk(pattern, path)
