"""Every address of the project, found by walking the URLconf."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.http import Http404
from django.urls import URLResolver, get_resolver, resolve
from django.utils.regex_helper import normalize
from django.views import View

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Route:
    """An address with the names of its parts, and what answers there."""

    template: str
    """`/api/v1/contacts/%(pk)s`."""
    parts: tuple[str, ...]
    view: Any

    def __str__(self) -> str:
        return self.template % {part: f"<{part}>" for part in self.parts}

    @property
    def model(self) -> type[Model] | None:
        """The model whose rows the view says that it is about: in the API by its `queryset`, or in the admin."""
        if hasattr(self.view, "model_admin"):
            return self.view.model_admin.model
        return getattr(getattr(self._class, "queryset", None), "model", None)

    @property
    def is_djangos(self) -> bool:
        """Is the view Django's own, as in the admin? Those take forms."""
        return str(self.view.__module__).startswith("django.")

    @property
    def methods(self) -> list[str]:
        """The methods that the view has an answer of its own for; all where that cannot be seen."""
        if self.is_djangos:
            return ["GET", "POST"]  # it looks for POST, and takes all others for GET
        handlers = set(getattr(self.view, "actions", None) or map(str.lower, METHODS))
        own = {name for name in {*handlers, "options"} if hasattr(self._class, name)}
        if getattr(self._class, "options", None) is View.options:
            own.remove("options")  # Django's says which methods there are
        return [method for method in METHODS if not own or method.lower() in own]

    @property
    def _class(self) -> Any:
        return getattr(self.view, "cls", getattr(self.view, "view_class", None))

    def paths(self, ids: Iterable[object]) -> list[str]:
        """The addresses that the ids make of it: those that lead to this view, and not to one that comes before."""
        choices = itertools.product([str(value) for value in ids], repeat=len(self.parts))
        paths = (self.template % dict(zip(self.parts, choice, strict=True)) for choice in choices)
        return [path for path in paths if self._leads_here(path)]

    def _leads_here(self, path: str) -> bool:
        try:
            return resolve(path).func is self.view
        except Http404:
            return False


def routes() -> list[Route]:
    """All of them, in the order in which they are looked at."""
    return list(_walk(get_resolver(), "/"))


def _walk(resolver: URLResolver, prefix: str) -> Iterator[Route]:
    for pattern in resolver.url_patterns:
        path = prefix + pattern.pattern.regex.pattern.removeprefix("^")
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern, path)
        else:
            yield from (Route(template, tuple(parts), pattern.callback) for template, parts in normalize(path))
