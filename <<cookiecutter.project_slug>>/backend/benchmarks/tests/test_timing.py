"""Ways that are compared take turns."""

import pytest

from benchmarks.timing import interleaved, p95, ratio, seconds


def test_each_round_goes_through_all_ways_in_an_order_that_changes() -> None:
    called: list[str] = []
    ways = {name: lambda name=name: called.append(name) for name in "abc"}
    taken = interleaved(ways, 20)
    rounds = ["".join(called[start : start + 3]) for start in range(0, 60, 3)]
    assert {"".join(sorted(one)) for one in rounds} == {"abc"}
    assert len(set(rounds)) > 1
    assert {name: len(times) for name, times in taken.items()} == {"a": 20, "b": 20, "c": 20}


def test_a_ratio_is_that_of_the_rounds() -> None:
    """A machine that is ten times slower for a while changes nothing."""
    assert ratio([2, 20, 4], [1, 10, 1]) == 2


def test_p95() -> None:
    assert p95(range(1, 100)) == 95


def test_seconds_are_those_of_the_call() -> None:
    with pytest.raises(ZeroDivisionError):
        seconds(lambda: 1 / 0)
    assert 0 <= seconds(lambda: None) < 1
