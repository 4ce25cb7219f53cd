"""A Valkey server (which speaks Redis) of the project's own. What is queued survives a restart."""

import os
import secrets
import socket
import time
from pathlib import Path

from . import binaries, ports
from .processes import Processes, Running
from .project import Project

USUAL_PORT = 63790  # not 6379, which a Redis of the machine's own may want tomorrow


def start(processes: Processes, project: Project, folder: Path, throw_away: bool = False) -> dict[str, str]:
    """Start the server whose data lie in `folder`. Returns REDIS_URL. Raises Failure when it does not start."""
    folder.mkdir(parents=True, exist_ok=True)
    port = ports.any_free() if throw_away else ports.first_free(USUAL_PORT)
    password = secrets.token_hex(16)
    file = _configure(folder, port, password, durable=not throw_away)
    command = [binaries.valkey(project), file]
    running = processes.start("valkey", command, env={"PATH": os.defpath}, cwd=folder, service=True)
    _wait_until_ready(running, port, password)
    return {"REDIS_URL": f"redis://:{password}@127.0.0.1:{port}/0"}


def _configure(folder: Path, port: int, password: str, durable: bool) -> Path:
    """A file rather than arguments, since everybody on the machine can read those."""
    file = folder / "valkey.conf"
    file.unlink(missing_ok=True)
    with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        # The folder is the working one, so that no character in its path can break the file.
        out.write(f'bind 127.0.0.1\nport {port}\nrequirepass {password}\ndir .\nsave ""\n')
        out.write(f"appendonly {'yes' if durable else 'no'}\n")
    return file


def _wait_until_ready(running: Running, port: int, password: str) -> None:
    deadline = time.monotonic() + 30
    while not _answers(port, password):
        if running.popen.poll() is not None or time.monotonic() > deadline:
            raise running.failure("did not start")
        time.sleep(0.05)


def _answers(port: int, password: str) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(f"AUTH {password}\r\nPING\r\n".encode())
            answer = b""
            while answer.count(b"\r\n") < 2 and (part := connection.recv(100)):
                answer += part
            return answer == b"+OK\r\n+PONG\r\n"
    except OSError:
        return False
