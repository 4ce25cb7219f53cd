"""Benchmarks fail where a target is missed, and leave their figures for other programs to read."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from benchmarks.figures import Figure, report

pytestmark = pytest.mark.django_db

TABLE = """whole request       1.08 x  at most 1.12  ok
import         12,346 rows  at least 500  ok
the usual way       2.75 s

Written to var/benchmarks/example.json
"""


@pytest.fixture(autouse=True)
def root(settings: Any, tmp_path: Path) -> Path:
    settings.ROOT = tmp_path
    return tmp_path


def written(root: Path) -> dict[str, Any]:
    return json.loads((root / "var" / "benchmarks" / "example.json").read_text())


def test_met_targets(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report(
        "example",
        [
            Figure("whole request", 1.0791, "x", at_most=1.12),
            Figure("import", 12345.6, "rows", at_least=500),
            Figure("the usual way", 2.75, "s"),
        ],
    )
    assert capsys.readouterr().out == TABLE
    content = written(root)
    assert content["figures"] == [
        {"what": "whole request", "value": 1.0791, "unit": "x", "at_most": 1.12, "at_least": None, "verdict": "ok"},
        {"what": "import", "value": 12345.6, "unit": "rows", "at_most": None, "at_least": 500, "verdict": "ok"},
        {"what": "the usual way", "value": 2.75, "unit": "s", "at_most": None, "at_least": None, "verdict": ""},
    ]
    assert content["machine"]["cores"] == os.cpu_count()
    assert int(content["machine"]["postgresql"].split(".")[0]) == connection.pg_version // 10_000


@pytest.mark.parametrize(
    ("missed", "target"),
    [
        (Figure("slow", 1.1201, "x", at_most=1.12), "at most 1.12"),
        (Figure("slow", 4.9, "x", at_least=5), "at least 5"),
        (Figure("slow", float("nan"), "x", at_most=5), "at most 5"),
        (Figure("slow", 1, "rows", at_most=0), "at most 0"),
    ],
)
def test_a_missed_target(root: Path, capsys: pytest.CaptureFixture[str], missed: Figure, target: str) -> None:
    with pytest.raises(SystemExit) as exit_:
        report("example", [missed, Figure("quick", 1, "x", at_most=1)])
    assert exit_.value.code == "Missed: slow."  # which Python prints, and exits with 1
    assert f"{target}  MISSED\n" in capsys.readouterr().out
    assert [figure["verdict"] for figure in written(root)["figures"]] == ["MISSED", "ok"]
