"""The processes of the Procfile: start them, wait until they answer, show what they say."""

import http.client
import time
from collections.abc import Mapping
from itertools import cycle
from pathlib import Path
from typing import BinaryIO

from .console import coloured
from .processes import Processes, Running
from .procfile import Line
from .project import Project

# A page that says something once the process can work; "/" for those not named here.
PAGES = {"api": "/healthz"}
COLOURS = (36, 33, 35, 32, 34)
PATIENCE = 180


class Supervisor:
    """The running processes of one Procfile."""

    def __init__(self, processes: Processes, project: Project, env: Mapping[str, str]) -> None:
        self.processes = processes
        self.project = project
        self.env = env
        self.running: dict[Line, Running] = {}

    def start(self, lines: list[Line]) -> None:
        """Start the processes, in the order given."""
        for line in lines:
            # exec: the process itself, not a shell in front of it, is what gets the signal to stop.
            command = ["/bin/sh", "-c", f"exec {line.command}"]
            cwd = self.project.root / line.folder
            self.running[line] = self.processes.start(line.name, command, env=self.env, cwd=cwd)

    def wait_until_ready(self) -> None:
        """Return when every process with a port answers. Raises Failure when one ends, or takes minutes."""
        deadline = time.monotonic() + PATIENCE
        for line, running in self.running.items():
            while not self._answers(line):
                self.check()
                if time.monotonic() > deadline:
                    raise running.failure(f"does not answer after {PATIENCE} seconds")
                time.sleep(0.1)
        self.check()

    def check(self) -> None:
        """Raises Failure when a process has ended: it shows what the process said last."""
        for running in self.running.values():
            code = running.popen.poll()
            if code is not None:
                raise running.failure(f"ended with exit code {code}")

    def follow(self) -> None:
        """Show what the processes say from now on, until one ends (Failure) or the person interrupts."""
        logs = [running.log for running in self.running.values()]
        tails = [Tail(log, prefix) for log, prefix in zip(logs, self._prefixes(), strict=True)]
        while True:
            for tail in tails:
                tail.show()
            self.check()
            time.sleep(0.2)

    def _answers(self, line: Line) -> bool:
        if line.port_variable is None:
            return True
        return answers(int(self.env[line.port_variable]), PAGES.get(line.name, "/"))

    def _prefixes(self) -> list[str]:
        names = [line.name for line in self.running]
        width = max(map(len, names))
        return [coloured(f"{name:{width}} |", colour) for name, colour in zip(names, cycle(COLOURS), strict=False)]


class Tail:
    """A log, read from its present end on, a whole line at a time."""

    def __init__(self, log: Path, prefix: str) -> None:
        self._file: BinaryIO = log.open("rb")
        self._file.seek(0, 2)
        self._prefix = prefix
        self._rest = b""

    def show(self) -> None:
        """Print the lines that were added since the last call."""
        *lines, self._rest = (self._rest + self._file.read()).split(b"\n")
        for line in lines:
            print(self._prefix, line.decode(errors="replace"), flush=True)


def answers(port: int, page: str) -> bool:
    """Does the page answer, and not with an error? (Which is also what a stranger on the port would say.)"""
    # Straight to the machine itself: a proxy in the environment must not come between.
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", page, headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status < 400
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
