"""Starting processes: each in a session of its own, with a log of its own, and written down before anything else."""

import os
import secrets
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from . import family, ports
from .console import Failure, last_lines
from .state import Recorded, StateFile

Command = Sequence[str | os.PathLike[str]]


@dataclass(frozen=True)
class Running:
    """A process that was started, and where it writes."""

    name: str
    popen: subprocess.Popen[bytes]
    log: Path

    def failure(self, what: str) -> Failure:
        """A failure that shows the end of the log."""
        said = last_lines(self.log)
        return Failure(f"{self.name} {what}. Mend it and run this again. The end of {self.log}:\n\n{said}")


class Processes:
    """The processes of one run."""

    def __init__(self, state: StateFile, logs: Path) -> None:
        self.state = state
        self.logs = logs
        self._lock = threading.Lock()
        self._ended = False

    def start(
        self,
        name: str,
        command: Command,
        *,
        env: Mapping[str, str],
        cwd: str | Path = "/",
        service: bool = False,
        stop_signal: int = signal.SIGTERM,
        **how: Any,
    ) -> Running:
        """Start a process that goes on until it is ended; its output goes to the log of its name.

        A service is what the others need, and ends after them.
        """
        self.logs.mkdir(parents=True, exist_ok=True)
        log = self.logs / f"{name}.log"
        note = Recorded(name, 0, "", service, stop_signal)
        with log.open("wb") as out:
            return Running(name, self._open(note, command, env=env, cwd=cwd, stdout=out, stderr=out, **how), log)

    def wait_for(self, service: Running, answers: Callable[[], bool], patience: float) -> None:
        """Wait until a service answers. Raises Failure when it has ended or `patience` seconds are over.

        That is ports.Taken where another program listens on its port, and nothing is left of the service then.
        """
        deadline = time.monotonic() + patience
        while service.popen.poll() is not None or not answers():
            if service.popen.poll() is not None:
                self.state.forget(service.popen.pid)
                failure = service.failure("did not start")
                raise ports.Taken(str(failure)) if "Address already in use" in str(failure) else failure
            if time.monotonic() > deadline:
                raise service.failure("did not start")
            time.sleep(0.05)

    def run(self, name: str, command: Command, *, env: Mapping[str, str], cwd: Path) -> None:
        """Run a command to its end, its output in the log of its name. Raises Failure when it fails."""
        running = self.start(name, command, env=env, cwd=cwd)
        if code := self._finish(running.popen):
            raise running.failure(f"failed with exit code {code}")

    def show(self, name: str, command: Command, *, env: Mapping[str, str], cwd: Path) -> int:
        """Run a command to its end, its output on the terminal. Returns its exit code."""
        return self._finish(self._open(Recorded(name, 0, ""), command, env=env, cwd=cwd))

    def end_all(self) -> None:
        """End all that was started and has not finished: first what uses the services, then these.

        From here on nothing is started any more, whichever thread asks.
        """
        with self._lock:
            self._ended = True
        recorded = self.state.processes()
        family.end(one for one in recorded if not one.service)
        family.end(one for one in recorded if one.service)

    def _open(self, note: Recorded, command: Command, env: Mapping[str, str], **how: Any) -> "subprocess.Popen[bytes]":
        mark = secrets.token_hex(16)
        with self._lock:
            if self._ended:
                raise Failure(f"{note.name} was not started: everything is being ended.")
            # A session of its own: Ctrl-C in the terminal reaches us alone, and we end the others in order.
            marked = {**env, family.MARK: mark}
            popen = subprocess.Popen(command, env=marked, stdin=subprocess.DEVNULL, start_new_session=True, **how)
            if started := family.started_at(popen.pid):
                self.state.record(replace(note, pid=popen.pid, started=started, mark=mark))
            return popen

    def _finish(self, popen: "subprocess.Popen[bytes]") -> int:
        code = popen.wait()
        self.state.forget(popen.pid)
        return code
