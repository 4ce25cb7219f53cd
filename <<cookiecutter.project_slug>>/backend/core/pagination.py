"""Pages of a list: a cursor that marks a row, so that pages stay right and quick however long the list is."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.core import signing
from django.db.models import Model, Q, QuerySet
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param
from rest_framework.views import APIView

SALT = "core.pagination"


class Cursor(NamedTuple):
    """A place in a list: after the row with this value and key or, backward, before it.

    Backward without a row means the end of the list.
    """

    ordering: str
    backward: bool
    row: tuple[str, str] | None


class CursorPagination(BasePagination):
    """The list's page after or before a row, ordered by a field and then by primary key.

    The view says `ordering_fields`, those a caller may choose with `?ordering=name` or `?ordering=-name`, and
    `ordering`, what holds if he does not. Such a field must not be nullable.

    Unlike Django REST framework's class of the same name, any number of rows may have the same value: that one marks
    a place by a value and an offset, which it cuts off at 1,000. Raises ValidationError for a cursor that is not
    ours or belongs to another ordering.
    """

    page_size = 50
    max_page_size = 200

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any]:
        self.url = request.build_absolute_uri()
        self.size = self._get_size(request)
        self.ordering = _get_ordering(request, view)
        self.field = queryset.model._meta.get_field(self.ordering.lstrip("-"))
        self.cursor = self._get_cursor(request)
        rows = list(self._from_cursor(queryset)[: self.size + 1])
        self.more = len(rows) > self.size
        rows = rows[: self.size]
        self.page = rows[::-1] if self._backward else rows
        return self.page

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"next": self.get_next_link(), "previous": self.get_previous_link(), "results": data})

    def get_next_link(self) -> str | None:
        """The address of the page after this one. None on the last page."""
        if not self._backward and not self.more:
            return None
        if not self.page:
            return remove_query_param(self.url, "cursor")
        return self._link(backward=False, row=self.page[-1])

    def get_previous_link(self) -> str | None:
        """The address of the page before this one. None on the first page."""
        if not (self.more if self._backward else self.cursor):
            return None
        return self._link(backward=True, row=self.page[0] if self.page else None)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": link, "previous": link, "results": schema},
        }

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        size = {"type": "integer", "minimum": 1, "maximum": self.max_page_size, "default": self.page_size}
        parameters = [
            _parameter("cursor", "Where the page is; taken from `next` or `previous`.", {"type": "string"}),
            _parameter("page_size", "How many results a page has.", size),
        ]
        if fields := getattr(view, "ordering_fields", ()):
            choices = {"type": "string", "enum": _choices(fields), "default": _default_ordering(view)}
            parameters.append(_parameter("ordering", "What to sort by; `-` sorts downwards.", choices))
        return parameters

    @property
    def _backward(self) -> bool:
        return self.cursor is not None and self.cursor.backward

    def _get_size(self, request: Request) -> int:
        given = request.query_params.get("page_size")
        if given is None:
            return self.page_size
        size = int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0
        if not 1 <= size <= self.max_page_size:
            raise _refusal("page_size", f"Use a whole number from 1 to {self.max_page_size}.")
        return size

    def _get_cursor(self, request: Request) -> Cursor | None:
        given = request.query_params.get("cursor")
        if given is None:
            return None
        try:
            cursor = Cursor(*signing.loads(given, salt=SALT))
        except signing.BadSignature:
            raise _refusal("cursor", "Use a cursor from `next` or `previous` as it is.") from None
        if cursor.ordering != self.ordering:
            raise _refusal("cursor", "This cursor belongs to another ordering. Start again without it.")
        return cursor

    def _from_cursor(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        sign = "-" if self.ordering.startswith("-") != self._backward else ""
        ordered = queryset.order_by(f"{sign}{self.field.name}", f"{sign}pk")
        if self.cursor is None or self.cursor.row is None:
            return ordered
        value, key = self.cursor.row
        beyond = "lt" if sign else "gt"
        # (field, pk) > (value, key), written so that an index on the field can find the start.
        return ordered.filter(
            Q(**{f"{self.field.name}__{beyond}e": value})
            & (Q(**{f"{self.field.name}__{beyond}": value}) | Q(**{f"pk__{beyond}": key}))
        )

    def _link(self, *, backward: bool, row: Model | None) -> str:
        place = (self.field.value_to_string(row), str(row.pk)) if row else None
        cursor = Cursor(self.ordering, backward, place)
        return replace_query_param(self.url, "cursor", signing.dumps(cursor, salt=SALT, compress=True))


def _get_ordering(request: Request, view: APIView | None) -> str:
    given = request.query_params.get("ordering")
    if given is None:
        return _default_ordering(view)
    choices = _choices(getattr(view, "ordering_fields", ()))
    if given not in choices:
        raise _refusal("ordering", f"Use one of: {', '.join(choices) or 'nothing, the order is fixed'}.")
    return given


def _default_ordering(view: APIView | None) -> str:
    return str(getattr(view, "ordering", "-created_at"))


def _choices(fields: Sequence[str]) -> list[str]:
    return [choice for field in fields for choice in (field, f"-{field}")]


def _refusal(parameter: str, detail: str) -> ValidationError:
    return ValidationError({parameter: [detail]}, code=f"invalid_{parameter}")


def _parameter(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}
