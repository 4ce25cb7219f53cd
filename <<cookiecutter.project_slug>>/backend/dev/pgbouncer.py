"""PgBouncer in transaction mode, for tests and benchmarks: on this machine only, and gone with whoever asked for it."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from . import ports, rootless
from .console import Failure, last_lines

INSTALL = "Install PgBouncer 1.18 or newer (apt install pgbouncer, brew install pgbouncer), or set PGBOUNCER_PATH."
ELSEWHERE = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin")
"""Where packages put it, which is not on everybody's PATH."""

CONFIG = """
[databases]
* = host={host} port={port}

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {own_port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = {users}
pool_mode = transaction
max_client_conn = 500
server_login_retry = 1
"""


def program() -> Path | None:
    """The program, named by PGBOUNCER_PATH or found; None where there is none."""
    search = os.pathsep.join([os.environ.get("PATH", os.defpath), *ELSEWHERE])
    found = os.environ.get("PGBOUNCER_PATH") or shutil.which("pgbouncer", path=search)
    return Path(found) if found else None


@contextmanager
def running(host: str, port: int, users: str, **settings: object) -> Iterator[int]:
    """Run it in front of a PostgreSQL server, and give the port of this machine that it listens on.

    `users` is the text of its auth_file; `settings` are those of pgbouncer.ini. Raises Failure when it does not start.
    """
    found = program()
    if found is None:
        raise Failure(f"There is no PgBouncer on this machine. {INSTALL}")
    with tempfile.TemporaryDirectory(prefix="pgbouncer-") as name:
        folder = Path(name)
        way = rootless.way_to_run(found, folder.parent)
        if way is None:
            raise Failure(f"{found} does not run here: it refuses to be root, and cannot run as another user either.")
        own_port = ports.any_free()
        _write(folder, host, port, own_port, users, settings)
        way.give(folder)
        process = _start(way, found, folder)
        try:
            _wait_for(process, own_port, folder / "log")
            yield own_port
        finally:
            process.terminate()
            process.wait(10)


def _write(folder: Path, host: str, port: int, own_port: int, users: str, settings: Mapping[str, object]) -> None:
    config = CONFIG.format(host=host, port=port, own_port=own_port, users=folder / "users.txt")
    config += "".join(f"{name} = {value}\n" for name, value in settings.items())
    (folder / "pgbouncer.ini").write_text(config)
    (folder / "users.txt").write_text(users)


def _start(way: rootless.Way, found: Path, folder: Path) -> "subprocess.Popen[bytes]":
    command = [*way.prefix, str(found), str(folder / "pgbouncer.ini")]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", **way.how)


def _wait_for(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    deadline = time.monotonic() + 20
    while not _answers(port):
        if process.poll() is not None or time.monotonic() > deadline:
            raise Failure(f"PgBouncer did not start:\n\n{last_lines(log)}")
        time.sleep(0.02)


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False
