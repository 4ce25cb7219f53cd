"""A mutant is killed where its test itself fails, and by nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from mutants.mutant import Mutant
from mutants.outcomes import Outcome
from mutants.trial import Bench, NotGreen, verdict

BACKEND = Path(__file__).resolve().parents[2]

GUARDS = """
def is_allowed(person):
    if person == "mallory":
        return False
    return True
"""

TESTS = """
import pytest

from guards import is_allowed


@pytest.fixture
def mallory():
    assert not is_allowed("mallory")
    return "mallory"


@pytest.mark.parametrize("person", ["alice", "mallory"])
def test_who_is_allowed(person):
    assert is_allowed(person) == (person == "alice")


def test_alice():
    assert is_allowed("alice")


def test_what_needs_mallory(mallory):
    pass


def test_what_is_allowed():
    is_allowed(1).real
"""

GUARD = '    if person == "mallory":\n        return False\n'


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """A backend of two files, and the plugin."""
    backend = tmp_path / "backend"
    (backend / "mutants").mkdir(parents=True)
    for file in ("__init__.py", "outcomes.py"):
        (backend / "mutants" / file).write_text((BACKEND / "mutants" / file).read_text())
    (backend / "guards.py").write_text(GUARDS)
    (backend / "test_guards.py").write_text(TESTS)
    (backend / "pytest.ini").write_text("[pytest]\naddopts = -p no:django\n")
    return Bench(backend, tmp_path, 0)


@pytest.mark.parametrize(
    ("before", "after", "test", "expected"),
    [
        (GUARD, "", "test_who_is_allowed", "red"),
        (GUARD, "", "test_alice", "SURVIVES"),
        (GUARD, "", "test_nobody", "NOT RUN"),
        (GUARD, "", "test_what_needs_mallory", "BROKEN in setup: AssertionError: assert not True"),
        ("    return True", "    return None", "test_what_is_allowed", "BROKEN in call: AttributeError: "),
        ("def is_allowed", "def allows", "test_who_is_allowed", "NOT RUN"),
    ],
    ids=["red", "survives", "no such test", "setup", "broken", "import"],
)
def test_what_becomes_of_a_mutant(bench: Bench, before: str, after: str, test: str, expected: str) -> None:
    trial = bench.tried(Mutant("the guard", "guards.py", before, after, f"test_guards.py::{test}"))
    assert trial.verdict.startswith(expected)
    assert trial.is_killed is (expected == "red")
    assert (bench.copy / "guards.py").read_text() == GUARDS


def test_the_guard_is_back_for_the_next_one(bench: Bench) -> None:
    bench.tried(Mutant("the guard", "guards.py", GUARD, "", "test_guards.py::test_who_is_allowed"))
    bench.require_green(["test_guards.py::test_who_is_allowed"])


def test_one_case_that_fails_is_enough() -> None:
    passed = Outcome("test_x[1]", "call", passed=True, broken=False, error="")
    failed = Outcome("test_x[2]", "call", passed=False, broken=False, error="AssertionError")
    assert verdict([passed, failed]) == "red"
    assert verdict([passed]) == "SURVIVES"


def test_tests_that_fail_with_every_guard_are_told(bench: Bench) -> None:
    (bench.copy / "test_guards.py").write_text("def test_no(): assert False, 'not today'")
    with pytest.raises(NotGreen, match=r"test_guards\.py::test_no: AssertionError: not today"):
        bench.require_green(["test_guards.py::test_no"])
    with pytest.raises(NotGreen, match=r"test_guards\.py::test_gone: has not run"):
        bench.require_green(["test_guards.py::test_no", "test_guards.py::test_gone"])
