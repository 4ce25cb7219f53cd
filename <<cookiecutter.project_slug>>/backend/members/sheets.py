"""A tenant's log as CSV."""

import csv
import json
from collections.abc import Iterable, Iterator

from .models import AuditEvent

COLUMNS = (
    "time", "action", "actor kind", "actor", "actor name", "via", "target type", "target id", "target", "changes", "ip",
    "request id",
)  # fmt: skip
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class _Line:
    """A file for `csv.writer` that keeps the last line."""

    text = ""

    def write(self, text: str) -> None:
        self.text = text


def csv_of(events: Iterable[AuditEvent]) -> Iterator[bytes]:
    """The lines, with one of column names before them. No cell is a formula for whatever program opens it."""
    line = _Line()
    writer = csv.writer(line)
    writer.writerow(COLUMNS)
    yield line.text.encode()
    for event in events:
        writer.writerow(map(_harmless, _cells(event)))
        yield line.text.encode()


def _cells(event: AuditEvent) -> list[str]:
    return [
        event.created_at.isoformat(),
        event.action,
        event.actor_kind,
        event.actor_email,
        event.actor_name,
        event.actor_via,
        event.target_type,
        event.target_id,
        event.target_label,
        json.dumps(event.changes, ensure_ascii=False) if event.changes else "",
        event.ip or "",
        event.request_id,
    ]


def _harmless(cell: str) -> str:
    """A quote before what a spreadsheet would take for a formula, as OWASP advises about CSV injection."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
