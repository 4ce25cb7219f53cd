"""A process and all that came from it: who is alive, and how to end them without touching anybody else."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .state import Recorded

PROC = Path("/proc")
MARK = "DEV_MARK"


@dataclass(frozen=True)
class Process:
    """One line of the system's process table. `started` is only ever compared."""

    pid: int
    parent: int
    group: int
    started: str


def started_at(pid: int) -> str | None:
    """When the process began, or None when there is none (any more)."""
    found = _read(PROC / str(pid)) if _shows_processes() else table().get(pid)
    return found.started if found else None


def is_alive(recorded: Recorded) -> bool:
    return started_at(recorded.pid) == recorded.started


def end(all_of: Iterable[Recorded], patience: float = 8.0) -> None:
    """End these processes and everything they started.

    Each leader is asked first, by its own signal, so that it can end its children in order; who is left after
    `patience` seconds is asked too, and in the end nobody is asked.
    """
    leaders = list(all_of)
    family = _members(leaders)
    for leader in filter(is_alive, leaders):
        _signal(leader.pid, leader.stop_signal)
    _wait(lambda: not any(map(is_alive, leaders)), patience)
    for number, seconds in ((signal.SIGTERM, 2.0), (signal.SIGKILL, 5.0)):
        family |= _members(leaders)
        _signal_all(family, number, seconds)


def ask_and_wait(process: Recorded, patience: float) -> None:
    """Ask one process to end, and let it take its time to end its own."""
    if is_alive(process):
        _signal(process.pid, process.stop_signal)
        _wait(lambda: not is_alive(process), patience)


def table() -> dict[int, Process]:
    """All living processes by their id; zombies count as dead."""
    rows = _from_proc() if _shows_processes() else _from_ps()
    return {process.pid: process for process in rows}


def _members(leaders: list[Recorded]) -> set[Process]:
    """The leaders, their process groups, all descendants, and those that left both but carry a leader's mark."""
    processes = table()
    # Another process that was given a leader's id after its death is a stranger, and so is its group.
    known = {one.pid for one in leaders if one.pid not in processes or processes[one.pid].started == one.started}
    found = {process for process in processes.values() if process.group in known or process.pid in known}
    marks = {one.mark.encode() for one in leaders if one.mark}
    found |= {process for process in processes.values() if _mark(process.pid) in marks}
    while True:
        pids = {process.pid for process in found}
        more = {process for process in processes.values() if process.parent in pids} - found
        if not more:
            return found
        found |= more


def _mark(pid: int) -> bytes:
    """The mark in a process's environment; empty where there is none, or where the system does not show it."""
    with suppress(OSError):
        for variable in (PROC / str(pid) / "environ").read_bytes().split(b"\0"):
            if variable.startswith(MARK.encode() + b"="):
                return variable.partition(b"=")[2]
    return b""


def _living(family: Iterable[Process]) -> list[Process]:
    return [one for one in family if started_at(one.pid) == one.started]


def _signal_all(family: Iterable[Process], number: int, patience: float) -> None:
    for process in _living(family):
        _signal(process.pid, number)
    _wait(lambda: not _living(family), patience)


def _wait(done: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not done() and time.monotonic() < deadline:
        time.sleep(0.05)


def _signal(pid: int, number: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def _shows_processes() -> bool:
    return (PROC / "self" / "stat").exists()


def _from_proc() -> Iterable[Process]:
    return filter(None, (_read(folder) for folder in PROC.iterdir() if folder.name.isdigit()))


def _read(folder: Path) -> Process | None:
    """A process from its folder in /proc; None when it has ended."""
    with suppress(OSError):
        # The name in brackets may hold anything, so what counts is what follows the last bracket.
        fields = (folder / "stat").read_text().rpartition(")")[2].split()
        if fields[0] not in "ZX":
            return Process(int(folder.name), int(fields[1]), int(fields[2]), fields[19])
    return None


def _from_ps() -> Iterable[Process]:
    columns = "pid=,ppid=,pgid=,stat=,lstart="
    listing = subprocess.run(["ps", "-A", "-o", columns], capture_output=True, text=True, check=True).stdout
    for line in listing.splitlines():
        pid, parent, group, status, started = line.split(None, 4)
        if not status.startswith("Z"):
            yield Process(int(pid), int(parent), int(group), started.strip())
