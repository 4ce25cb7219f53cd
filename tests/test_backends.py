"""What is true of every distinct backend, by the project's own tools: style, types, checks, migrations, schema."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.baking import COMBINATIONS, ROOT, Bake, combination_id

PYTHON = Path(os.environ.get("PROJECT_PYTHON", ROOT / "build" / ".venv" / "bin" / "python"))
CHECKS = {
    "lint": ["-m", "ruff", "check", "--no-cache", "."],
    "format": ["-m", "ruff", "format", "--check", "--no-cache", "."],
    "types": ["-m", "mypy", "."],
    "system": ["manage.py", "check", "--fail-level", "WARNING"],
    "migrations": ["manage.py", "makemigrations", "--check", "--dry-run"],
    "schema": ["manage.py", "spectacular", "--validate", "--fail-on-warn", "--file", os.devnull],
}
# Backends do not know whether there is a frontend (test_bakes.py), so one of each pair stands for both.
BACKENDS = [answers for answers in COMBINATIONS if answers["frontend"] == "none"]


def environment(project: Bake, cache: Path) -> dict[str, str]:
    """The variables of `.env.example`, with secrets filled in and no server behind the addresses."""
    example = (project.folder / ".env.example").read_text(encoding="utf-8")
    given = dict(re.findall(r"^([A-Z_]+)=(.+)$", example, re.MULTILINE))
    secret = "a-secret-for-checks-alone-" * 3
    server = "postgres://app:x@127.0.0.1:9/checks"  # port 9 discards; checks need no database
    return {
        **os.environ,
        **{name: secret if value == "change-me" else value for name, value in given.items()},
        "DATABASE_URL": server,
        "DATABASE_OWNER_URL": server,
        "REDIS_URL": "redis://127.0.0.1:9/0",
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "MYPY_CACHE_DIR": str(cache),
        "PYTHONDONTWRITEBYTECODE": "1",
    }


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache for mypy: the backends differ in little, and not at all in their libraries."""
    return tmp_path_factory.mktemp("mypy")


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("backend", [combination_id(answers) for answers in BACKENDS])
def test_backend(bakes: dict[str, Bake], cache: Path, backend: str, check: str) -> None:
    assert PYTHON.exists(), "The projects' packages are not installed: run `make test` once, it makes build/.venv."
    project = bakes[backend]
    done = subprocess.run(
        [PYTHON, *CHECKS[check]],
        cwd=project.folder / "backend",
        env=environment(project, cache),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
