"""Every address of the project, as the visitors of it see them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from django.http import Http404
from django.urls import resolve
from django.views import View

from core.addresses import Address, addresses

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")


class Route(Address):
    """An address, and what can be asked of it."""

    def __str__(self) -> str:
        return self.text

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
    return [Route(*address) for address in addresses()]
