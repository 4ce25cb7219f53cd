"""Calendar arithmetic, as providers do it."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True)
class Due:
    """Something that happens at a moment, unless something else comes before."""

    at: int
    happen: Callable[[], None]


def after(anchor: int, months: int) -> int:
    """The same day and time of day so many months later, or the month's last day where it has no such day."""
    start = datetime.fromtimestamp(anchor, UTC)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    day = min(start.day, monthrange(year, month + 1)[1])
    return int(start.replace(year=year, month=month + 1, day=day).timestamp())


def next_after(anchor: int, moment: int, months: int) -> int:
    """The first end of a period of so many months, counted from the anchor, that lies behind the moment."""
    number = 1
    while (end := after(anchor, number * months)) <= moment:
        number += 1
    return end
