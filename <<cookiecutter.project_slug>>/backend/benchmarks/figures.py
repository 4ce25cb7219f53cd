"""What a benchmark has measured, held against what it is to be."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import django
import psycopg
from django.conf import settings
from django.db import connection


@dataclass(frozen=True)
class Figure:
    """One thing that was measured. Without `at_most` and `at_least` it is there to be compared with others."""

    what: str
    value: float
    unit: str
    """"s", "ms", "rows" …; "x" for a ratio."""
    at_most: float | None = None
    at_least: float | None = None

    @property
    def is_met(self) -> bool:
        """Is the value where it is to be? One that is no number is not."""
        return (self.at_most is None or self.value <= self.at_most) and (
            self.at_least is None or self.value >= self.at_least
        )

    @property
    def target(self) -> str:
        """In words; '' for none."""
        limits = {"at most": self.at_most, "at least": self.at_least}
        return ", ".join(f"{words} {_short(limit)}" for words, limit in limits.items() if limit is not None)

    @property
    def verdict(self) -> str:
        """'ok' or 'MISSED'; '' without a target."""
        if not self.target:
            return ""
        return "ok" if self.is_met else "MISSED"


def report(name: str, figures: Sequence[Figure]) -> None:
    """Print the figures as a table, and write them to `var/benchmarks/<name>.json` with facts of the machine.

    Exits with 1 where a target is missed.
    """
    print("\n".join(_table(figures)))
    file = _write(name, figures)
    print(f"\nWritten to {file.relative_to(settings.ROOT)}")
    if missed := [figure.what for figure in figures if not figure.is_met]:
        sys.exit(f"Missed: {'; '.join(missed)}.")


def _table(figures: Sequence[Figure]) -> list[str]:
    rows = [(figure.what, f"{_short(figure.value)} {figure.unit}", figure.target, figure.verdict) for figure in figures]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        f"{what:{widths[0]}}  {value:>{widths[1]}}  {target:{widths[2]}}  {verdict}".rstrip()
        for what, value, target, verdict in rows
    ]


def _short(number: float) -> str:
    """Three digits, or all of a greater number before the point."""
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"


def _write(name: str, figures: Sequence[Figure]) -> Path:
    file = Path(settings.ROOT) / "var" / "benchmarks" / f"{name}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    content = {
        "taken_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": _machine(),
        "figures": [{**asdict(figure), "verdict": figure.verdict} for figure in figures],
    }
    file.write_text(json.dumps(content, indent=2) + "\n")
    return file


def _machine() -> dict[str, object]:
    """Facts that a figure depends on. `load` is how many processes wanted to run in the last minute."""
    connection.ensure_connection()
    return {
        "system": platform.platform(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        "django": django.__version__,
        "psycopg": psycopg.__version__,
        "postgresql": connection.connection.info.parameter_status("server_version"),
    }
