"""Running tests on a copy of the backend, with a guard and without."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from .mutant import Mutant
from .outcomes import VARIABLE, Outcome, read

PATIENCE = 300
"""Seconds until tests are taken to hang."""

NOT_COPIED = (".*_cache", ".hypothesis", "media", "static_root")


@dataclass(frozen=True)
class Trial:
    """What became of a mutant."""

    mutant: Mutant
    place: str
    seconds: float
    verdict: str
    """'red' if all is well, else what is wrong."""

    @property
    def is_killed(self) -> bool:
        return self.verdict == "red"


class NotGreen(Exception):
    """Tests fail with every guard in its place: nothing can be learned from them."""


class Bench:
    """A copy of the backend that may be changed, and databases that no other one uses."""

    def __init__(self, backend: Path, folder: Path, number: int) -> None:
        self.copy = folder / f"{number}" / backend.name
        shutil.copytree(backend, self.copy, ignore=shutil.ignore_patterns(*NOT_COPIED))
        self.number = number

    def require_green(self, tests: Iterable[str]) -> None:
        """Run the tests with every guard in its place. Raises NotGreen."""
        wanted = sorted(set(tests))
        outcomes, said = self._run(*wanted)
        bad = [f"{outcome.test}: {outcome.error}" for outcome in outcomes if not outcome.passed]
        bad += [f"{test}: has not run" for test in wanted if not _cases(outcomes, test)]
        if bad:
            raise NotGreen("Before any guard is taken out, these tests must pass:\n" + "\n".join(bad) + f"\n\n{said}")

    def tried(self, mutant: Mutant) -> Trial:
        """Take the guard out, run its test, put the guard back. Raises GuardMoved."""
        place, file = mutant.place(self.copy), self.copy / mutant.file
        original, began = file.with_name(f"{file.name}.original"), time.monotonic()
        shutil.copy2(file, original)
        file.write_text(mutant.mutated(self.copy), encoding="utf-8")
        try:
            outcomes, _ = self._run("-x", "--tb=no", mutant.test, PYTHONDONTWRITEBYTECODE="1")
        finally:
            original.replace(file)  # with its time of change, by which Python knows what it has compiled
        return Trial(mutant, place, time.monotonic() - began, verdict(_cases(outcomes, mutant.test)))

    def _run(self, *arguments: str, **told: str) -> tuple[list[Outcome], str]:
        """How the tests ended, and what pytest said."""
        file = self.copy / ".outcomes"
        file.unlink(missing_ok=True)
        command = [sys.executable, "-m", "pytest", "-p", "mutants.outcomes", "-p", "no:cacheprovider", "-q", *arguments]
        said = _said_by(command, self.copy, {**os.environ, **self._databases(), VARIABLE: str(file), **told})
        return read(file), said

    def _databases(self) -> dict[str, str]:
        """Addresses of databases that no other bench uses, nor the tests. Those of Redis have numbers, 0 to 15."""
        found = {name: urlsplit(os.environ[name]) for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")}
        paths = {name: f"{url.path}_mutants_{self.number}" for name, url in found.items()}
        first = int(found["REDIS_URL"].path.strip("/") or 0)
        paths["REDIS_URL"] = f"/{(first + self.number) % 16 if self.number else first}"
        return {name: url._replace(path=paths[name]).geturl() for name, url in found.items()}


def verdict(outcomes: Sequence[Outcome]) -> str:
    """'red' if a case of the test has failed by itself; else what happened instead."""
    if any(outcome.is_red for outcome in outcomes):
        return "red"
    bad = next((outcome for outcome in outcomes if not outcome.passed), None)
    if bad is not None:
        return f"BROKEN in {bad.phase}: {bad.error}"
    return "SURVIVES" if outcomes else "NOT RUN"


def _cases(outcomes: Sequence[Outcome], test: str) -> list[Outcome]:
    return [outcome for outcome in outcomes if outcome.test == test or outcome.test.startswith(f"{test}[")]


def _said_by(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> str:
    """What the command prints until it ends, or is ended as it hangs, with all that it has started."""
    process = subprocess.Popen(  # noqa: S603
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        return process.communicate(timeout=PATIENCE)[0]
    except BaseException as error:
        os.killpg(process.pid, signal.SIGKILL)
        said = process.communicate()[0]
        if isinstance(error, subprocess.TimeoutExpired):
            return said
        raise
