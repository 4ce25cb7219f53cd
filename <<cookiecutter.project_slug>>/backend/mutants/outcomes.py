"""A plugin of pytest's: leaves how each test ended in the file that MUTANTS_OUTCOMES names."""

from __future__ import annotations

import json
import os
from collections.abc import Generator
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

VARIABLE = "MUTANTS_OUTCOMES"

BROKEN = (ImportError, SyntaxError, NameError, AttributeError, TypeError)
"""What code that cannot run raises. A test that ends so has not seen that a guard is missing."""


@dataclass(frozen=True)
class Outcome:
    """How a test ended."""

    test: str
    """With its parameters, as pytest names it."""
    phase: str
    """'call' if it came so far, else 'setup'."""
    passed: bool
    broken: bool
    """Was it one of BROKEN that ended it?"""
    error: str
    """The exception and what it says, on one line; '' for none."""

    @property
    def is_red(self) -> bool:
        """Did the test itself fail, and not what it needs?"""
        return self.phase == "call" and not self.passed and not self.broken


def read(file: Path) -> list[Outcome]:
    """What the plugin has left; nothing where pytest did not come so far."""
    lines = file.read_text().splitlines() if file.exists() else []
    return [Outcome(**json.loads(line)) for line in lines]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note the call of each test, and a setup that fails."""
    report = yield
    if call.when == "call" or (call.when == "setup" and not report.passed):
        _write(item, call, report)
    return report


def _write(item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport) -> None:
    broken = call.excinfo is not None and isinstance(call.excinfo.value, BROKEN)
    error = "" if call.excinfo is None else call.excinfo.exconly(tryshort=True).split("\n")[0]
    outcome = Outcome(item.nodeid, str(call.when), report.passed, broken, error)
    with Path(os.environ[VARIABLE]).open("a") as file:
        file.write(json.dumps(asdict(outcome)) + "\n")
