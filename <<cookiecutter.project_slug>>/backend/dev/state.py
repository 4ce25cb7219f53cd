"""What runs now: a file of process ids that any later `make stop` can rely on."""

import json
import signal
import threading
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Recorded:
    """A process that we started.

    `started` tells it from a later one that was given the same id; `mark` is in its environment, and so in that of
    everything that comes from it.
    """

    name: str
    pid: int
    started: str
    service: bool = False
    stop_signal: int = signal.SIGTERM
    mark: str = ""


class StateFile:
    """The file, rewritten as a whole on each change so that a crash never leaves half of it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.addresses = path.with_name("services.env")
        """Where the services are; the local settings read them from here while a project runs."""
        self._lock = threading.Lock()

    def processes(self) -> list[Recorded]:
        """The recorded processes, in the order in which they were started."""
        return [Recorded(**entry) for entry in self._read().get("processes", [])]

    def get(self, key: str) -> Any:
        return self._read().get(key)

    def record(self, process: Recorded) -> None:
        self._change(lambda content: content.setdefault("processes", []).append(asdict(process)))

    def forget(self, pid: int) -> None:
        self._change(lambda content: content.update(processes=_without(content.get("processes", []), pid)))

    def set(self, **values: Any) -> None:
        self._change(lambda content: content.update(values))

    def clear(self) -> None:
        self.addresses.unlink(missing_ok=True)
        self.path.unlink(missing_ok=True)

    def _read(self) -> dict[str, Any]:
        try:
            content: dict[str, Any] = json.loads(self.path.read_text())
        except FileNotFoundError:
            return {}
        return content

    def _change(self, edit: Any) -> None:
        with self._lock:
            content = self._read()
            edit(content)
            self.path.parent.mkdir(parents=True, exist_ok=True)
            draft = self.path.with_suffix(".new")
            draft.write_text(json.dumps(content, indent=1))
            draft.replace(self.path)


def _without(entries: list[dict[str, Any]], pid: int) -> list[dict[str, Any]]:
    return [entry for entry in entries if entry["pid"] != pid]
