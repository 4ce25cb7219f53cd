"""The file `.env`: read here as the settings read it, and written once, with fresh secrets."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from .console import Failure
from .project import Project

FRESH = "change-me"


def read(file: Path) -> dict[str, str]:
    """The variables of a file of NAME=value lines. Comments, blank lines and quotes around a value are dropped."""
    lines = file.read_text().splitlines() if file.is_file() else []
    return dict(_pair(line) for line in lines if _assigns(line))


def write_once(project: Project) -> bool:
    """Make `.env` from `.env.example` unless there is one. True when it was written.

    Each value `change-me` becomes a secret of its own. The file is readable by its owner alone.
    """
    if project.env_file.exists():
        return False
    example = project.root / ".env.example"
    if not example.is_file():
        raise Failure(f"{example} is missing. Bring it back from version control and run this again.")
    _write_private(project.env_file, "\n".join(map(_filled, example.read_text().splitlines())) + "\n")
    return True


def settings(project: Project) -> dict[str, str]:
    """What `.env` says, with the environment's own variables before it; empty ones count as not set."""
    merged = {**read(project.env_file), **os.environ}
    return {name: value for name, value in merged.items() if value}


def write_services(file: Path, variables: Mapping[str, str]) -> None:
    """Leave the addresses of the running services where the local settings look for them."""
    text = "# Written by `make start`; gone when it stops.\n"
    _write_private(file, text + "".join(f"{k}={v}\n" for k, v in variables.items()))


def fresh_secret() -> str:
    """64 characters that need no quotes in a file of variables."""
    return secrets.token_urlsafe(48)


def _assigns(line: str) -> bool:
    return "=" in line and not line.lstrip().startswith("#")


def _pair(line: str) -> tuple[str, str]:
    name, value = line.removeprefix("export ").split("=", 1)
    value = value.strip()
    if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
        value = value[1:-1]
    return name.strip(), value


def _filled(line: str) -> str:
    if _assigns(line) and _pair(line)[1] == FRESH:
        return f"{_pair(line)[0]}={fresh_secret()}"
    return line


def _write_private(file: Path, text: str) -> None:
    """All of it or nothing, so that an interruption never leaves half a file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(file.name + ".new")
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(text)
    draft.replace(file)
