"""Ends a process by SIGKILL at any of its steps: no `finally` runs, nothing is rolled back, no connection is closed."""

from __future__ import annotations

import os
import signal
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from tenants.isolation.databases import alias_of
from tenants.models import Tenant

KILLED_AT_MOST = 12
"""Work of more steps is killed at this many of them, evenly spread."""


def killed_at_each_step(work: Callable[[], object]) -> Iterator[int]:
    """Do the work in another process which is killed before its first step, then in one killed before its second …

    A step is a statement or a commit, on whatever connection. Yields the number of the step each time, with the
    database as the process left it, for the caller to look at it, to mend it and to bring it back to what it was. The
    first time, as step 0, the process gets to its end.
    """
    steps = _do(work, kill_at=0)
    assert steps > 1, "the work has no steps to be killed at"
    yield 0
    for step in sorted({1 + index * (steps - 1) // KILLED_AT_MOST for index in range(KILLED_AT_MOST)} | {steps}):
        done = _do(work, kill_at=step)
        assert done == 0, f"it was to be killed before step {step} of {steps}, and ended after {done}"
        yield step


def _do(work: Callable[[], object], *, kill_at: int) -> int:
    """The number of steps that the work took in a process of its own; 0 if it was killed."""
    sessions = _other_sessions()
    _close_connections()  # a child must not share the parent's
    reads, writes = os.pipe()
    pid = os.fork()
    if pid == 0:
        _work_and_exit(work, kill_at, writes)
    os.close(writes)
    with open(reads) as pipe:
        said = pipe.read()
    _, status = os.waitpid(pid, 0)
    _wait_for_sessions(at_most=sessions)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return 0
    assert said.isdigit(), f"the work failed: {said}"
    return int(said)


def _close_connections() -> None:
    for alias in {alias_of(tenant) for tenant in Tenant.objects.all()}:
        connections[alias].close()
    connections.close_all()


def _work_and_exit(work: Callable[[], object], kill_at: int, pipe: int) -> None:
    try:
        said = str(_count_steps(work, kill_at))
    except BaseException:
        said = traceback.format_exc()
    os.write(pipe, said.encode())
    os._exit(0)


def _count_steps(work: Callable[[], object], kill_at: int) -> int:
    steps, lock = 0, threading.Lock()

    def step() -> None:
        nonlocal steps
        with lock:
            steps += 1
            if steps == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)

    def before_a_statement(execute: Callable[..., Any], *arguments: Any) -> Any:
        step()
        return execute(*arguments)

    def before_a_commit(connection: BaseDatabaseWrapper) -> None:
        step()
        commit(connection)

    def watch(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
        connection.execute_wrappers.append(before_a_statement)

    commit = BaseDatabaseWrapper._commit
    BaseDatabaseWrapper._commit = before_a_commit
    connection_created.connect(watch, weak=False)
    work()
    return steps


def _wait_for_sessions(*, at_most: int) -> None:
    """The server notices after a moment that the other end is gone, and only then rolls back and frees locks."""
    deadline = time.monotonic() + 10
    while _other_sessions() > at_most:
        assert time.monotonic() < deadline, "sessions of the process are still there"
        time.sleep(0.02)


def _other_sessions() -> int:
    """How many sessions others have in the databases whose names begin like this one's."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE starts_with(datname, current_database()) "
            "AND pid <> pg_backend_pid() AND NOT (datname = current_database() AND usename = current_user)"
        )
        return int(cursor.fetchone()[0])
