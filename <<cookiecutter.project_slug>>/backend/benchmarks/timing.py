"""Measuring several ways to do the same, so that what else the machine does falls on all of them alike."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from random import Random
from statistics import median, quantiles
from time import perf_counter

Seconds = list[float]


def interleaved(ways: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, Seconds]:
    """How long each way takes, `rounds` times. A round goes through all of them, each time in another order."""
    order, random = list(ways), Random(1)  # noqa: S311  (no secret)
    taken: dict[str, Seconds] = {name: [] for name in ways}
    with _no_collection():
        for _ in range(rounds):
            random.shuffle(order)
            for name in order:
                taken[name].append(seconds(ways[name]))
            gc.collect(0)
    return taken


def seconds(function: Callable[[], object]) -> float:
    """How long one call takes."""
    start = perf_counter()
    function()
    return perf_counter() - start


def ratio(ours: Sequence[float], baseline: Sequence[float]) -> float:
    """How many times longer ours takes: the median over the rounds, as the two of a round had the same conditions."""
    return median(one / other for one, other in zip(ours, baseline, strict=True))


def p95(taken: Sequence[float]) -> float:
    """What 95 of 100 stay below."""
    return quantiles(taken, n=20)[-1]


@contextmanager
def _no_collection() -> Iterator[None]:
    """Whose turn it is when memory is tidied up is chance."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
