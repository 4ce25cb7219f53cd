"""A PostgreSQL server of the project's own, with the roles that production has.

The superuser sets up and is used for nothing else. The owner migrates, and may create databases and roles; the app
role may connect, and do what the owner grants it table by table.
"""

import json
import os
import secrets
import shutil
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from . import binaries, family, ports, rootless
from .console import Failure
from .processes import Command, Processes, Running
from .project import Project
from .state import Recorded

USUAL_PORT = 15432  # not 5432, which a PostgreSQL of the machine's own may want tomorrow; below what systems hand out
SUPERUSER = "postgres"
ROLES = Path(__file__).with_name("roles.sql")
SETTINGS = {"listen_addresses": "127.0.0.1", "unix_socket_directories": ""}
# For data that nobody will miss: a crash may corrupt it, and all is quicker.
THROW_AWAY = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


@dataclass(frozen=True)
class Server:
    """A server that is set up and not started: its programs, its data, and how to run the one on the other."""

    programs: Path
    data: Path
    way: rootless.Way
    passwords: Mapping[str, str]

    def environment(self, **more: str) -> dict[str, str]:
        # Not the caller's: a PGHOST or PGSERVICE there would lead elsewhere, a locale could be missing here.
        return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC", **more}


def start(
    processes: Processes, project: Project, folder: Path, database: str, throw_away: bool = False
) -> dict[str, str]:
    """Start the server whose data lie in `folder` (made on the first start), and make its roles and the database.

    Returns DATABASE_URL (the app role) and DATABASE_OWNER_URL. Raises Failure when it does not start.
    """
    server = _prepare(project, folder)
    _end_left_over(server.data)
    start_on = partial(_start_on, processes, server, throw_away=throw_away)
    port = ports.on_a_free_port(None if throw_away else USUAL_PORT, start_on)
    _make_roles(server, port, database)
    address = f"127.0.0.1:{port}/{database}"
    return {
        "DATABASE_URL": f"postgres://{database}_app:{server.passwords['app']}@{address}",
        "DATABASE_OWNER_URL": f"postgres://{database}_owner:{server.passwords['owner']}@{address}",
    }


def _prepare(project: Project, folder: Path) -> Server:
    folder.mkdir(parents=True, exist_ok=True)
    programs = binaries.postgres(project)
    program, data, way = rootless.find(programs / "postgres", folder / "data")
    server = Server(program.parent, data, way, _passwords(folder))
    if not data.exists():
        _initialise(server)
    made_by, ours = (data / "PG_VERSION").read_text().strip(), str(binaries.version(server.programs))
    if made_by != ours:
        raise Failure(
            f"{data} was made by PostgreSQL {made_by}, and this is PostgreSQL {ours}. "
            "Move the folder away for a fresh start, or load a dump made with the old version."
        )
    way.give(data)
    return server


def _passwords(folder: Path) -> dict[str, str]:
    """The passwords of the three roles: made with the data, and kept beside them."""
    file = folder / "passwords.json"
    if not file.exists():
        made = {role: secrets.token_hex(16) for role in ("superuser", "owner", "app")}
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            json.dump(made, out)
    kept: dict[str, str] = json.loads(file.read_text())
    return kept


def _initialise(server: Server) -> None:
    """Make the data folder: under another name first, since an interrupted one must not be taken for a whole one."""
    draft, secret = server.data.with_name("data.new"), server.data.with_name("superuser.password")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    secret.unlink(missing_ok=True)
    with open(os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(server.passwords["superuser"])
    server.way.give(draft)
    server.way.give(secret)
    options = [f"--username={SUPERUSER}", f"--pwfile={secret}", "--auth=scram-sha-256", "--encoding=UTF8"]
    done = _run(server, [server.programs / "initdb", "-D", draft, *options, *_locale(server.programs)])
    secret.unlink()
    if done.returncode:
        raise Failure(f"PostgreSQL could not make its data folder {server.data}:\n{done.stderr.strip()}")
    draft.rename(server.data)


def _locale(programs: Path) -> list[str]:
    """Order and case by code point, which is the same on every machine; the built-in provider came with version 17."""
    if binaries.version(programs) >= 17:
        return ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return ["--locale=C"]


def _end_left_over(data: Path) -> None:
    """End a server that still runs on these data, and drop the note of one that does not run any more.

    A server that was killed leaves its process id behind. After a restart of the machine that id may belong to
    anything, and PostgreSQL would refuse to start.
    """
    note = data / "postmaster.pid"
    if not note.exists():
        return
    pid, left_in = note.read_text().splitlines()[:2]
    started = family.started_at(int(pid))
    if started and _is_postgres(int(pid)) and Path(left_in) == data:
        family.end([Recorded("postgres", int(pid), started, stop_signal=signal.SIGINT)], patience=20)
    note.unlink(missing_ok=True)


def _is_postgres(pid: int) -> bool:
    command = Path(f"/proc/{pid}/cmdline")
    if command.exists():
        return b"postgres" in command.read_bytes().split(b"\0")[0]
    listed = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True)
    return "postgres" in listed.stdout


def _start_on(processes: Processes, server: Server, port: int, *, throw_away: bool) -> int:
    running = _launch(processes, server, port, throw_away)
    # After a crash it first reads back what it had written ahead, which takes its time.
    processes.wait_for(running, partial(_answers, server, port), patience=60)
    return port


def _answers(server: Server, port: int) -> bool:
    return _client(server, "pg_isready", "-q", "-U", SUPERUSER, "-p", str(port)).returncode == 0


def _launch(processes: Processes, server: Server, port: int, throw_away: bool) -> Running:
    chosen = {**SETTINGS, **(THROW_AWAY if throw_away else {})}
    command = [*server.way.prefix, str(server.programs / "postgres"), "-D", str(server.data), "-p", str(port)]
    command += [part for name, value in chosen.items() for part in ("-c", f"{name}={value}")]
    # SIGINT is PostgreSQL's quick and clean way to stop; SIGTERM would wait for every connection to go.
    return processes.start(
        "postgres",
        command,
        env=server.environment(),
        service=True,
        stop_signal=signal.SIGINT,
        **server.way.how,
    )


def _make_roles(server: Server, port: int, database: str) -> None:
    values = {
        "database": database,
        "owner": f"{database}_owner",
        "app": f"{database}_app",
        "owner_password": server.passwords["owner"],
        "app_password": server.passwords["app"],
    }
    # On standard input, since everybody on the machine can read a command line.
    sql = "".join(f"\\set {name} '{value}'\n" for name, value in values.items()) + ROLES.read_text()
    where = ["-p", str(port), "-U", SUPERUSER, "-d", "postgres"]
    done = _client(server, "psql", "-XqAt", "-v", "ON_ERROR_STOP=1", *where, stdin=sql)
    if done.returncode:
        raise Failure(
            f"The database roles could not be made:\n{done.stderr.strip()}\n"
            f"If {server.data.parent} is not worth keeping: stop, delete it, and start again."
        )


def _client(server: Server, program: str, *arguments: str, stdin: str = "") -> "subprocess.CompletedProcess[str]":
    env = server.environment(PGPASSWORD=server.passwords["superuser"])
    command = [str(server.programs / program), "-h", "127.0.0.1", *arguments]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, env=env, cwd="/")


def _run(server: Server, command: Command) -> "subprocess.CompletedProcess[str]":
    whole = [*server.way.prefix, *command]
    return subprocess.run(whole, capture_output=True, text=True, env=server.environment(), cwd="/", **server.way.how)
