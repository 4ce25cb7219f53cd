"""JSON that comes in, less what is JSON and nevertheless nothing that we could keep.

Nesting without end would use up the stack, PostgreSQL has no place for NUL (U+0000) in a text, and half of a surrogate
pair has no encoding (RFC 8259, section 8.2). Each is told by its place in the body. NaN and Infinity are no JSON.
"""

import re
from collections.abc import Iterator
from typing import Any

from rest_framework.exceptions import ErrorDetail, ParseError, ValidationError
from rest_framework.parsers import JSONParser as StockParser

MAX_DEPTH = 32
"""How deep lists and objects may be nested."""
TOO_DEEP = ("too_deep", f"Lists and objects may be nested {MAX_DEPTH} deep, and not deeper.")
UNKEPT = re.compile("[\0\ud800-\udfff]")

Step = str | int


class JSONParser(StockParser):
    """Django REST framework's. Raises ParseError with code `too_deep`, and ValidationError for characters of no use."""

    def parse(self, *args: Any, **kwargs: Any) -> Any:
        try:
            data = super().parse(*args, **kwargs)
        except RecursionError:
            raise _too_deep() from None
        refuse_unkept(data)
        return data


def refuse_unkept(data: Any) -> None:
    """Raise the errors of JSONParser for a value that has been read."""
    for path, value in _values(data):
        if len(path) > MAX_DEPTH:
            raise _too_deep()
        if isinstance(value, str) and UNKEPT.search(value):
            raise ValidationError(_at(path, "This text has a character that cannot be stored."))
        if isinstance(value, dict) and any(UNKEPT.search(key) for key in value):
            raise ValidationError(_at(path, "A name in here has a character that cannot be stored."))


def _values(data: Any) -> Iterator[tuple[tuple[Step, ...], Any]]:
    """All values with their paths, without recursion."""
    left: list[tuple[tuple[Step, ...], Any]] = [((), data)]
    while left:
        path, value = left.pop()
        yield path, value
        if isinstance(value, dict):
            left += [((*path, key), below) for key, below in value.items()]
        elif isinstance(value, list):
            left += [((*path, index), below) for index, below in enumerate(value)]


def _at(path: tuple[Step, ...], message: str) -> Any:
    """The message as a serializer would nest it."""
    errors: Any = [ErrorDetail(message, code="invalid_character")]
    for step in reversed(path):
        errors = {str(step): errors}
    return errors


def _too_deep() -> ParseError:
    code, detail = TOO_DEEP
    return ParseError(detail, code)
