"""Running a program that refuses to be root, for a person who is root (as in a container).

PostgreSQL is such a program. Ways, in the order in which they are tried:

- not root: directly;
- as `nobody`, where that user may reach the program and its data;
- in a user namespace of our own, in which we are not root: for projects below a folder that only root may enter;
- as `nobody` from a copy elsewhere: where namespaces are forbidden as well.
"""

import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .console import Failure

SHELTER = Path("/var/tmp")  # noqa: S108  (survives a restart of the machine, and every user may enter it)


@dataclass(frozen=True)
class Way:
    """How to start a program: what goes before its command line, arguments for Popen, who owns its data."""

    prefix: list[str] = field(default_factory=list)
    how: dict[str, Any] = field(default_factory=dict)
    owner: tuple[int, int] | None = None

    def give(self, path: Path) -> None:
        """Hand a file, or a folder with all that is in it, to the user that the program runs as."""
        if os.geteuid() == 0:
            uid, gid = self.owner or (0, 0)
            for each in [path, *path.rglob("*")]:
                os.chown(each, uid, gid, follow_symlinks=False)


def find(program: Path, data: Path) -> tuple[Path, Path, Way]:
    """The program and data folder to use, and the way to run the one on the other.

    Both are the ones given but for the last way, which has them elsewhere. The data folder's parent must exist.
    Raises Failure when there is no way.
    """
    if way := way_to_run(program, data.parent):
        return program, data, way
    if os.geteuid() == 0:
        copied = _copy(program, data)
        way = _as_nobody()
        if _works(way, copied, SHELTER):
            return copied, _shelter(data) / "data", way
    raise Failure(
        f"{program.name} does not run here. It refuses to be root and cannot run as another user either; "
        "run this as an ordinary user, or set DATABASE_URL and DATABASE_OWNER_URL to a server of your own."
    )


def way_to_run(program: Path, folder: Path) -> Way | None:
    """How to run the program from where it lies, with its files in the folder; None where that cannot be."""
    return next((way for way in _ways() if _works(way, program, folder)), None)


def _ways() -> Iterator[Way]:
    if os.geteuid() != 0:
        yield Way()
        return
    yield _as_nobody()
    yield Way(prefix=[sys.executable, str(Path(__file__).with_name("userns.py"))])


def _as_nobody() -> Way:
    nobody = pwd.getpwnam("nobody")
    ids = (nobody.pw_uid, nobody.pw_gid)
    return Way(how={"user": ids[0], "group": ids[1], "extra_groups": []}, owner=ids)


def _works(way: Way, program: Path, folder: Path) -> bool:
    """Can the program be run this way at all, and would it reach the folder?"""
    script = 'test -x "$1/." && exec "$0" --version'
    command = [*way.prefix, "/bin/sh", "-c", script, str(program), str(folder)]
    try:
        return subprocess.run(command, capture_output=True, timeout=20, cwd="/", **way.how).returncode == 0
    except (OSError, subprocess.SubprocessError):
        return False


def _shelter(data: Path) -> Path:
    """A folder for this project that any user may enter and root alone may change."""
    name = "dev-services-" + hashlib.sha256(str(data.resolve()).encode()).hexdigest()[:16]
    folder = SHELTER / name
    folder.mkdir(mode=0o755, exist_ok=True)
    found = folder.lstat()
    # Anybody may make a folder of this name before us; then it is not ours to trust.
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o022:
        raise Failure(f"{folder} is not a folder of root's own. Remove it and run this again.")
    folder.chmod(0o755)
    return folder


def _copy(program: Path, data: Path) -> Path:
    """Copy the package that the program is in, with the libraries that lie beside it; returns the program's copy."""
    package = program.parents[2]
    target = _shelter(data) / "programs"
    if not target.is_dir():
        draft = target.with_name("programs.new")
        shutil.rmtree(draft, ignore_errors=True)
        for folder in (package, package.with_name(f"{package.name}.libs")):
            shutil.copytree(folder, draft / folder.name, symlinks=True)
        draft.rename(target)
    return target / program.relative_to(package.parent)
