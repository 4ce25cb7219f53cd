"""How the template's tests bake: from the files that a clone would hold, and without littering the machine."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cookiecutter.main import cookiecutter

ROOT = Path(__file__).resolve().parent.parent
LEFT_BY_TOOLS = re.compile(
    r"__pycache__|.*\.pyc|\..*_cache|\.venv|\.env|var|build|test-results|node_modules|\.next|next-env\.d\.ts|.*\.tsbuildinfo"
)
PROJECT_FOLDER = "<<cookiecutter.project_slug>>"
CONTEXT: dict[str, Any] = json.loads((ROOT / "cookiecutter.json").read_text(encoding="utf-8"))
OPTIONS: dict[str, list[str]] = {
    name: answers for name, answers in CONTEXT.items() if isinstance(answers, list) and not name.startswith("_")
}
CHOICES: dict[str, list[str]] = CONTEXT["_choices"]
# Computed, so that a new answer is baked and tested without an edit here.
COMBINATIONS = [dict(zip(OPTIONS, answers, strict=True)) for answers in itertools.product(*OPTIONS.values())]


@dataclass(frozen=True)
class Bake:
    """One baked project: the answers, where it lies, how long it took and how much of a processor's time."""

    answers: Mapping[str, str]
    folder: Path
    seconds: float
    cpu_seconds: float

    @property
    def id(self) -> str:
        return combination_id(self.answers)


def combination_id(answers: Mapping[str, str]) -> str:
    """A short name for a combination, such as "schema-stripe-none"."""
    return "-".join(answers[option] for option in OPTIONS)


def template_files(under: str = ".") -> list[Path]:
    """The files that git would hand to a clone, relative to the top level; ignored ones are left out."""
    names = git_files(under) if (ROOT / ".git").exists() and shutil.which("git") else all_files(under)
    return sorted(path for path in names if (ROOT / path).is_file())


def git_files(under: str) -> list[Path]:
    command = ["git", "ls-files", "-co", "--exclude-standard", "-z", "--", under]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    return [Path(name) for name in listed.split("\0") if name]


def all_files(under: str) -> list[Path]:
    """For a template that was unpacked from an archive: everything but what tools leave behind."""
    found = []
    for folder, folders, names in os.walk(ROOT / under):
        folders[:] = [name for name in folders if not LEFT_BY_TOOLS.fullmatch(name)]
        found += [Path(folder, name).relative_to(ROOT) for name in names if not LEFT_BY_TOOLS.fullmatch(name)]
    return found


def copy_template(to: Path) -> Path:
    """Copy the template as a clone holds it. Caches in the working folder would crash a bake."""
    for file in template_files():
        (to / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, to / file)
    return to


def bake(template: Path, out: Path, **answers: str) -> Bake:
    """Bake one project into `out`, with defaults for what is not answered.

    Errors of cookiecutter and of the hooks are raised as they are.
    """
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bake-") as litter:
        before, tempfile.tempdir = tempfile.tempdir, litter  # cookiecutter leaves its rendered hooks behind
        try:
            start, cpu_start = time.perf_counter(), cpu_seconds()
            folder = cookiecutter(
                str(template),
                no_input=True,
                output_dir=str(out),
                extra_context=answers,
                default_config={"replay_dir": f"{litter}/replay", "cookiecutters_dir": f"{litter}/clones"},
            )
            seconds, cpu = time.perf_counter() - start, cpu_seconds() - cpu_start
        finally:
            tempfile.tempdir = before
    return Bake({**{option: given[0] for option, given in OPTIONS.items()}, **answers}, Path(folder), seconds, cpu)


def cpu_seconds() -> float:
    """What this process and its children have used of processors' time."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def bake_all(template: Path, out: Path) -> list[Bake]:
    """Bake every combination, each into a folder of its own."""
    return [bake(template, out / combination_id(answers), **answers) for answers in COMBINATIONS]


def files_of(folder: Path) -> Iterator[Path]:
    """Every file below a folder, in a steady order."""
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def tree_hash(folder: Path) -> str:
    """A digest of the names and contents of a tree; two trees with the same digest need testing once."""
    digest = hashlib.sha256()
    for file in files_of(folder):
        digest.update(f"{file.relative_to(folder)}\0{file.stat().st_size}\0".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def distinct(bakes: list[Bake], part: str) -> list[list[Bake]]:
    """Group the bakes that have the same `part` ("backend", "frontend"); those without it are left out."""
    groups: dict[str, list[Bake]] = {}
    for one in bakes:
        if (one.folder / part).is_dir():
            groups.setdefault(tree_hash(one.folder / part), []).append(one)
    return list(groups.values())


def main(out: Path) -> None:
    """Bake every combination into `out` and print what came of it, for tests/run.py."""
    shutil.rmtree(out, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        bakes = bake_all(copy_template(Path(folder)), out)
    print(
        json.dumps(
            [
                {
                    "id": one.id,
                    "answers": one.answers,
                    "folder": str(one.folder),
                    "seconds": one.seconds,
                    "trees": {part.name: tree_hash(part) for part in one.folder.iterdir() if part.is_dir()},
                }
                for one in bakes
            ]
        )
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
