"""All that the sandbox knows, in one file that survives a restart."""

from __future__ import annotations

import json
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

Thing = dict[str, Any]
"""An object of the provider, as it answers with it."""


class World:
    """Objects by their kind and id, a clock, events with their deliveries, and the faults that were asked for.

    Whoever reads or changes it holds it: `with world.held(): …`. What was changed is saved at the end of the block.
    """

    def __init__(self, file: Path | None = None) -> None:
        self.file = file
        self.lock = RLock()
        self._depth = 0
        self.data: dict[str, Any] = {"things": {}, "offset": 0, "events": [], "settings": {}, "notes": {}}
        if file and file.is_file():
            self.data.update(json.loads(file.read_text(encoding="utf-8")))

    @contextmanager
    def held(self) -> Iterator[None]:
        """Nobody else reads or changes anything meanwhile."""
        with self.lock:
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
                if self._depth == 0:
                    self._save()

    def _save(self) -> None:
        if self.file is None:
            return
        self.file.parent.mkdir(parents=True, exist_ok=True)
        draft = self.file.with_name(self.file.name + ".new")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
            json.dump(self.data, out)
        draft.replace(self.file)

    # --- The clock ---
    @property
    def now(self) -> int:
        """Seconds since 1970, by the sandbox's clock."""
        return int(time.time()) + int(self.data["offset"])

    def set_clock(self, moment: int) -> None:
        """Put the clock forward to a moment; it goes on from there."""
        self.data["offset"] += max(0, moment - self.now)

    # --- Objects ---
    def all(self, kind: str) -> dict[str, Thing]:
        """The objects of a kind, by id, in the order in which they were made."""
        things: dict[str, Thing] = self.data["things"].setdefault(kind, {})
        return things

    def add(self, kind: str, thing: Thing) -> Thing:
        """Keep a new object."""
        self.all(kind)[thing["id"]] = thing
        return thing

    def note(self, name: str) -> dict[str, Any]:
        """What the sandbox remembers beside the provider's objects, by a name of its own."""
        kept: dict[str, Any] = self.data["notes"].setdefault(name, {})
        return kept

    @property
    def settings(self) -> dict[str, Any]:
        """What was set on the dashboard."""
        found: dict[str, Any] = self.data["settings"]
        return found

    # --- Events ---
    @property
    def events(self) -> list[Thing]:
        """What has happened, the oldest first: {id, type, created, body, headers, state, attempts, due}."""
        found: list[Thing] = self.data["events"]
        return found

    def happened(self, event_id: str, kind: str, body: Thing) -> None:
        """An event to deliver."""
        self.events.append(
            {
                "id": event_id,
                "type": kind,
                "created": self.now,
                "body": json.dumps(body),
                "state": "waiting",
                "attempts": [],
                "due": time.time(),
            }
        )


def new_id(prefix: str) -> str:
    """A name that nothing has: prefix_16 hexadecimal digits."""
    return f"{prefix}_{secrets.token_hex(8)}"
