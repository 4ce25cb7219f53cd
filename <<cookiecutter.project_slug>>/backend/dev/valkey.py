"""A Valkey server (which speaks Redis) of the project's own. What is queued survives a restart."""

import os
import secrets
import socket
from functools import partial
from pathlib import Path

from . import binaries, ports
from .processes import Processes
from .project import Project

USUAL_PORT = 16379  # not 6379, which a Redis of the machine's own may want tomorrow; below what systems hand out


def start(processes: Processes, project: Project, folder: Path, throw_away: bool = False) -> dict[str, str]:
    """Start the server whose data lie in `folder`. Returns REDIS_URL. Raises Failure when it does not start."""
    folder.mkdir(parents=True, exist_ok=True)
    program = binaries.valkey(project)
    start_on = partial(_start_on, processes, program, folder, durable=not throw_away)
    return ports.on_a_free_port(None if throw_away else USUAL_PORT, start_on)


def _start_on(processes: Processes, program: Path, folder: Path, port: int, *, durable: bool) -> dict[str, str]:
    password = secrets.token_hex(16)
    file = _configure(folder, port, password, durable)
    running = processes.start("valkey", [program, file], env={"PATH": os.defpath}, cwd=folder, service=True)
    processes.wait_for(running, partial(_answers, port, password), patience=30)
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
