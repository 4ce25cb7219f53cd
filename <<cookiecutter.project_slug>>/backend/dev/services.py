"""PostgreSQL and Valkey: the servers that the environment names, or our own."""

import re
from collections.abc import Mapping
from pathlib import Path

from . import postgres, valkey
from .console import Failure
from .processes import Processes
from .project import Project


def start(
    processes: Processes,
    project: Project,
    settings: Mapping[str, str],
    folder: Path,
    throw_away: bool = False,
) -> dict[str, str]:
    """Start what is needed, its data in `folder`, and return DATABASE_URL, DATABASE_OWNER_URL and REDIS_URL.

    A server whose address the settings hold is used, and none is started in its place. Raises Failure when only
    one of the two database addresses is there, or when a server does not start.
    """
    return {
        **(_named_database(settings) or _own_database(processes, project, settings, folder, throw_away)),
        **(_named_redis(settings) or valkey.start(processes, project, folder / "valkey", throw_away)),
    }


def _named_database(settings: Mapping[str, str]) -> dict[str, str]:
    names = ("DATABASE_URL", "DATABASE_OWNER_URL")
    named = {name: settings[name] for name in names if name in settings}
    if len(named) == 1:
        missing = names[0] if names[1] in named else names[1]
        raise Failure(
            f"{next(iter(named))} is set and {missing} is not. Set both, or neither to have a server started."
        )
    return named


def _named_redis(settings: Mapping[str, str]) -> dict[str, str]:
    return {"REDIS_URL": settings["REDIS_URL"]} if "REDIS_URL" in settings else {}


def _own_database(
    processes: Processes, project: Project, settings: Mapping[str, str], folder: Path, throw_away: bool
) -> dict[str, str]:
    name = settings.get("DATABASE_NAME", "app")
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,40}", name):
        raise Failure(f"DATABASE_NAME is {name!r}: use lower-case letters, digits and _, a letter first, 41 at most.")
    return postgres.start(processes, project, folder / "postgres", name, throw_away)
