"""The runner of `make test`: it counts right, and nothing that failed, or did not run, passes for green."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests import run
from tests.baking import COMBINATIONS, OPTIONS, combination_id

PYTEST = (
    "tests/test_x.py ....F [100%]\nFAILED tests/test_x.py::test_a - 3 failed\n2 failed, 113 passed, 1 warning in 4.2s\n"
)
PYTEST_ERRORS = "===== 1 failed, 5 passed, 2 errors in 0.30s =====\n"
VITEST = " Test Files  1 failed | 7 passed (8)\n      Tests  2 failed | 64 passed (66)\n"
COLOURED = "\x1b[2m      Tests \x1b[22m \x1b[1m\x1b[32m64 passed\x1b[39m\x1b[22m (64)\n"
PLAYWRIGHT = "  1 failed\n    [chromium] > journey.spec.ts:4:1 > 7 passed people\n  12 passed (1.2m)\n"


@pytest.mark.parametrize(
    ("output", "passed", "failed"),
    [
        (PYTEST, 113, 2),
        (PYTEST_ERRORS, 5, 3),
        (VITEST, 64, 2),
        (COLOURED, 64, 0),
        (PLAYWRIGHT, 12, 1),
        (PYTEST + VITEST, 177, 4),
        ("no tests ran in 0.1s\n", 0, 0),
    ],
)
def test_counts_what_the_runners_say(output: str, passed: int, failed: int) -> None:
    assert run.counts(output) == (passed, failed)


@pytest.mark.parametrize(
    ("program", "passed", "failed"),
    [
        ("print('3 passed in 1s')", 3, 0),
        ("print('1 failed, 3 passed in 1s'); exit(1)", 3, 1),
        ("print('3 passed in 1s'); exit(1)", 3, 1),
        ("print('nothing ran')", 0, 1),
    ],
)
def test_a_job_is_green_only_when_tests_passed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, passed: int, failed: int
) -> None:
    monkeypatch.setattr(run, "LOGS", tmp_path)
    job = run.Job("job", [sys.executable, "-c", program])
    job.run()
    assert (job.passed, job.failed) == (passed, failed)


def test_a_browser_runs_once_for_each_way_to_keep_tenants_apart() -> None:
    bakes = [{"id": combination_id(answers), "answers": answers} for answers in COMBINATIONS]
    chosen = [bake["answers"] for bake in run.end_to_end(bakes)]
    assert [answers["tenancy"] for answers in chosen] == OPTIONS["tenancy"]
    assert {answers["billing"] for answers in chosen} == set(OPTIONS["billing"])
    assert {answers["frontend"] for answers in chosen} == {"nextjs"}
