"""What a person sees: one short line per step, and one clear sentence when something fails."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

WIDTH = 34


class Failure(Exception):
    """Something went wrong; the text says what, and what to do. Shown without a traceback."""


def coloured(text: str, code: int) -> str:
    """The text in a terminal's colour, or as it is where nobody would see a colour."""
    if os.environ.get("NO_COLOR") or not sys.stdout.isatty():
        return text
    return f"\033[{code}m{text}\033[0m"


def bold(text: str) -> str:
    return coloured(text, 1)


def say(text: str = "") -> None:
    """Print at once, even into a pipe."""
    print(text, flush=True)


@contextmanager
def step(label: str) -> Iterator[None]:
    """One line: the label while the block runs, then the seconds it took."""
    print(f"  {label + ' ':.<{WIDTH}} ", end="", flush=True)
    began = time.monotonic()
    try:
        yield
    except BaseException:
        say(coloured("stopped", 31))
        raise
    say(f"{time.monotonic() - began:.1f} s")


def last_lines(log: Path, count: int = 15) -> str:
    """The end of a log, indented, for showing with a failure."""
    lines = log.read_text(errors="replace").strip().splitlines() if log.is_file() else []
    return "\n".join(f"    {line}" for line in lines[-count:]) or "    (it said nothing)"
