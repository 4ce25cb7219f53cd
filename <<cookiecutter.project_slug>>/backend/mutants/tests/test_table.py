"""Every mutant still finds the guard that it takes out, and the test that must go red."""

from collections import Counter
from pathlib import Path

import pytest

from mutants.billing import BILLING
from mutants.everywhere import EVERYWHERE
from mutants.isolation import ISOLATION
from mutants.mutant import GuardMoved, Mutant

BACKEND = Path(__file__).resolve().parents[2]
MUTANTS = [*ISOLATION, *EVERYWHERE, *BILLING]


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.guard)
def test_the_guard_is_where_the_mutant_looks_for_it(mutant: Mutant) -> None:
    compile(mutant.mutated(BACKEND), mutant.file, "exec")


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.guard)
def test_the_test_that_must_go_red_is_there(mutant: Mutant) -> None:
    file, name = mutant.test.split("::")
    assert f"def {name}(" in (BACKEND / file).read_text()


def test_each_guard_has_a_name_of_its_own() -> None:
    assert [name for name, number in Counter(mutant.guard for mutant in MUTANTS).items() if number > 1] == []


@pytest.mark.parametrize("text", ["a = 1\n", "if safe:\n    pass\nif safe:\n    pass\n"])
def test_a_guard_that_has_moved_is_told(text: str, tmp_path: Path) -> None:
    (tmp_path / "views.py").write_text(text)
    mutant = Mutant("safety", "views.py", "if safe:", "if True:", "test_views.py::test_safe")
    for find in (mutant.place, mutant.mutated):
        with pytest.raises(GuardMoved, match=r"no longer where the mutant 'safety' looks for it: views\.py has"):
            find(tmp_path)
