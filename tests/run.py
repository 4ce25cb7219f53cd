"""`make test`: bake every combination and test what comes out, each distinct tree once.

    python3 tests/run.py          everything: the template, every distinct backend and frontend, and a browser run for
                                  each way to keep tenants apart
    python3 tests/run.py quick    the template's own tests, without what the projects' packages are needed for
    python3 tests/run.py lint     the linters and the type checker, on hooks, tests and the unrendered sources

Standard library only: it installs the rest. Logs are in build/.test/log/.
"""

from __future__ import annotations

import json
import re
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests import tools

ROOT = tools.ROOT
SOURCE = ROOT / "<<cookiecutter.project_slug>>"
BUILD = ROOT / "build"
VENV = BUILD / ".venv"  # no project's folder begins with a dot
WORK = BUILD / ".test"
LOGS = WORK / "log"
AT_ONCE = 2
# Nothing of the caller's own project may reach the projects under test.
FOREIGN = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "PYTHONPATH", "VIRTUAL_ENV")
LIMITS = {"a bake": 1.0, "all 12 bakes": 15.0, "make test": 25 * 60.0}
IMPORT_LIMIT = 5_000


@dataclass
class Job:
    """A command to run, and what came of it."""

    name: str
    command: list[str]
    cwd: Path = ROOT
    count: Callable[[str], tuple[int, int]] = lambda text: counts(text)
    seconds: float = 0.0
    code: int = 0
    passed: int = 0
    failed: int = 0

    @property
    def log(self) -> Path:
        return LOGS / f"{re.sub(r'[^a-z0-9]+', '-', self.name)}.log"

    def run(self) -> None:
        """Run the command, its output into the log, and print one line about it."""
        start = time.monotonic()
        with self.log.open("wb") as log:
            self.code = subprocess.run(
                self.command,
                cwd=self.cwd,
                env=environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                check=False,
            ).returncode
        self.seconds = time.monotonic() - start
        self.passed, self.failed = self.count(self.log.read_text(encoding="utf-8", errors="replace"))
        if self.code or self.failed or not self.passed:
            self.failed = self.failed or 1
        say(self.name, self.seconds, f"{self.passed} passed" + (f", {self.failed} FAILED" if self.failed else ""))
        if self.failed:
            print(indented(tail(self.log)), flush=True)


def environment() -> dict[str, str]:
    """The caller's variables, less those that would lead a project to servers of the caller's."""
    kept = {name: value for name, value in tools.UV_ENVIRONMENT.items() if name not in FOREIGN}
    path = f"{tools.UV.parent}:{kept.get('PATH', '')}"  # where projects find uv: their shared environment has none
    ours = {"VENV": str(VENV), "PROJECT_PYTHON": str(VENV / "bin" / "python"), "CI": "true", "NO_COLOR": "1"}
    return {**kept, "PATH": path, **ours}


def counts(text: str) -> tuple[int, int]:
    """How many tests passed and failed, added up over the closing lines of pytest, Vitest and Playwright."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", text)
    lines = [line for line in plain.splitlines() if not re.match(r"\s*(Test Files|FAILED|ERROR)\b", line)]
    closing = [line for line in lines if re.match(r"(=+ )?(\s*Tests\s+)?\s*\d+ (passed|failed|error)", line)]

    def total(*words: str) -> int:
        return sum(int(n) for line in closing for n in re.findall(rf"(\d+) (?:{'|'.join(words)})\b", line))

    return total("passed"), total("failed", "error", "errors")


def tail(log: Path, lines: int = 60) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


def indented(text: str) -> str:
    return "\n".join(f"    | {line}" for line in text.splitlines())


def say(what: str, seconds: float, note: str = "") -> None:
    print(f"{what:<44} {seconds:6.1f} s   {note}", flush=True)


@contextmanager
def stage(what: str) -> Iterator[None]:
    """Time a step of the preparation, and print a line when it is done."""
    start = time.monotonic()
    yield
    say(what, time.monotonic() - start)


def bake_all() -> list[dict[str, Any]]:
    """Bake every combination with the template's tools; tests/baking.py says what came of it."""
    out = subprocess.run(
        [tools.PYTHON, "-m", "tests.baking", WORK / "bakes"],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if out.returncode:
        sys.exit(out.stdout + out.stderr)
    bakes: list[dict[str, Any]] = json.loads(out.stdout)
    return bakes


def install_project_packages() -> None:
    """One environment for every backend: the unrendered lock is the sum of all answers."""
    if not (VENV / "bin" / "python").exists():
        tools.run(tools.UV, "venv", "--quiet", "--python", sys.executable, VENV)
    lock = SOURCE / "backend" / "requirements" / "dev.txt"
    tools.run(tools.UV, "pip", "sync", "--quiet", "--python", VENV / "bin" / "python", "--require-hashes", lock)


def groups(bakes: list[dict[str, Any]], part: str) -> list[list[dict[str, Any]]]:
    """The bakes by what their `part` holds: one of each group is tested for all of it."""
    found: dict[str, list[dict[str, Any]]] = {}
    for bake in bakes:
        if part in bake["trees"]:
            found.setdefault(bake["trees"][part], []).append(bake)
    return list(found.values())


def project_job(bake: dict[str, Any], suite: str) -> Job:
    """One of the suites of a project's own `make test`."""
    command = [sys.executable, "-m", "dev", "test", suite]
    return Job(f"{suite} {bake['id']}", command, cwd=Path(bake["folder"], "backend"))


def benchmark_job(bakes: list[dict[str, Any]]) -> Job:
    """The import benchmark, in the combination that its limit is about; it fails by itself below that."""
    bake = next(bake for bake in bakes if bake["id"] == "shared-stripe-none")
    steps = f"python manage.py migrate -v 0 && python -m benchmarks.import_contacts --at-least {IMPORT_LIMIT}"
    command = [sys.executable, "-m", "dev", "run", "sh", "-c", steps]
    return Job(
        "import benchmark", command, cwd=Path(bake["folder"], "backend"), count=lambda text: (text.count("Import: "), 0)
    )


def template_jobs() -> list[Job]:
    pytest = [str(tools.PYTHON), "-m", "pytest", "-q"]
    return [
        Job("template", [*pytest, "tests", "--ignore=tests/test_backends.py"]),
        Job("backends: lint, types, migrations", [*pytest, "tests/test_backends.py"]),
    ]


def link_packages(bake: dict[str, Any], ready: dict[str, Any]) -> None:
    """Give a bake the packages of another one, as hard links; next build does not follow symbolic ones."""
    for folder in ("frontend/node_modules", "var/node"):
        source, target = Path(ready["folder"], folder), Path(bake["folder"], folder)
        if source.exists() and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            subprocess.run(["cp", "-al", source, target], check=True)


def end_to_end(bakes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One bake with a frontend for each way to keep tenants apart, the providers taking turns."""
    chosen: dict[str, list[dict[str, Any]]] = {}
    for bake in bakes:
        if bake["answers"]["frontend"] != "none":
            chosen.setdefault(bake["answers"]["tenancy"], []).append(bake)
    return [candidates[number % len(candidates)] for number, candidates in enumerate(chosen.values())]


def run_all(jobs: list[Job], at_once: int = AT_ONCE) -> list[Job]:
    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(Job.run, jobs))
    return jobs


def test_everything() -> bool:
    start = time.monotonic()
    with stage("tools"):
        tools.install()
    shutil.rmtree(WORK, ignore_errors=True)
    LOGS.mkdir(parents=True)
    with stage("bakes"):
        bakes = bake_all()
    backends, frontends, browsers = groups(bakes, "backend"), groups(bakes, "frontend"), end_to_end(bakes)
    with stage("the projects' Python packages"):
        install_project_packages()
    # Each group's last is the one without a frontend: nothing to install for it.
    jobs = [project_job(group[-1], "backend") for group in backends]
    with ThreadPoolExecutor(1) as background:
        ready = browsers[0]
        packages = background.submit(install_node_packages, ready)
        done = run_all(template_jobs() + jobs)
        packages.result()
    for bake in [*browsers, *(group[0] for group in frontends)]:
        link_packages(bake, ready)
    done += run_all([project_job(group[0], "frontend") for group in frontends])
    done += run_all([benchmark_job(bakes)])
    # One after the other: a browser that has to share its two cores with a build runs into its time limits.
    done += run_all([project_job(bake, "e2e") for bake in browsers], at_once=1)
    return report(done, bakes, [*backends, *frontends], time.monotonic() - start)


def install_node_packages(bake: dict[str, Any]) -> None:
    """Let one bake install Node and its packages, by its own command."""
    with stage("the projects' Node packages"):
        setup = [sys.executable, "-m", "dev", "setup"]
        done = subprocess.run(
            setup,
            cwd=Path(bake["folder"], "backend"),
            env=environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        sys.exit(done.stdout + done.stderr)


def report(jobs: list[Job], bakes: list[dict[str, Any]], trees: list[list[dict[str, Any]]], seconds: float) -> bool:
    """Print which tree stood for which, the figures, and the total. True when all is well."""
    print("\nTested once, since the trees are the same:")
    for group in trees:
        print(f"  {', '.join(bake['id'] for bake in group)}")
    figures = {
        "a bake": statistics.median(bake["seconds"] for bake in bakes),
        "all 12 bakes": sum(bake["seconds"] for bake in bakes),
        "make test": seconds,
    }
    print("\nFigures:")
    for name, figure in figures.items():
        print(f"  {name:<14} {figure:9.1f} s            (limit {LIMITS[name]:,.0f})")
    for rate in re.findall(r"([\d,]+) contacts/s", "".join(tail(job.log) for job in jobs)):
        print(f"  {'an import':<14} {rate:>9} contacts/s   (limit {IMPORT_LIMIT:,})")
    passed, failed = sum(job.passed for job in jobs), sum(job.failed for job in jobs)
    for job in jobs:
        if job.failed:
            print(f"\nfailed: {job.name}, see {job.log.relative_to(ROOT)}")
    print(f"\n{passed} passed, {failed} failed")
    return not failed


def test_quickly() -> bool:
    tools.install()
    return subprocess.run(template_jobs()[0].command, cwd=ROOT, check=False).returncode == 0


def lint() -> bool:
    tools.install()
    commands = (["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"])
    results = [subprocess.run([tools.PYTHON, "-m", *it], cwd=ROOT, check=False) for it in commands]
    return not any(result.returncode for result in results)


def main(arguments: list[str]) -> int:
    commands = {"": test_everything, "quick": test_quickly, "lint": lint}
    command = commands.get(" ".join(arguments))
    if not command:
        print(__doc__, file=sys.stderr)
        return 2
    return 0 if command() else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
