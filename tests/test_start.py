"""The template's `make start`: what is an answer, and what is baked where."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests import start, tools


def test_an_answer_that_there_is_not_is_refused_in_a_sentence() -> None:
    with pytest.raises(
        SystemExit, match=r"^TENANCY=rows is not an answer\. Choose one of: shared, schema, database\.$"
    ):
        start.check({"tenancy": "rows"})


def test_only_what_is_given_on_the_command_line_is_an_answer() -> None:
    said = subprocess.run(
        ["make", "--no-print-directory", "-n", "start", "TENANCY=schema"],
        cwd=tools.ROOT,
        env={**os.environ, "NAME": "the-name-of-this-machine"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert said.split("tests/start.py ")[1].split() == ["start", "TENANCY"]


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(start, "BUILD", tmp_path / "build")
    return tmp_path / "build"


def test_it_bakes_once_and_then_takes_what_is_there(
    build: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "report"
    start.bake({"project_name": "Hill Street", "frontend": "none"}, ask=False, report=report)
    assert report.read_text() == str(build / "hill-street")
    assert capsys.readouterr().out.splitlines()[-1] == "Baked build/hill-street"
    (build / "hill-street" / "mine.txt").write_text("kept")

    start.bake({"project_name": "Hill Street", "frontend": "nextjs"}, ask=False, report=report)
    assert capsys.readouterr().out.splitlines()[-1] == (
        "build/hill-street is there already and is started as it is. Delete it for a new one."
    )
    assert (build / "hill-street" / "mine.txt").read_text() == "kept"
    assert not (build / "hill-street" / "frontend").exists()
    assert [path.name for path in build.iterdir()] == ["hill-street"]


def test_a_refused_bake_leaves_nothing_behind(build: Path, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"^Nothing was baked\."):
        start.bake({"project_slug": "../out"}, ask=False, report=tmp_path / "report")
    assert list(build.iterdir()) == []
    assert not (tmp_path / "report").exists()
