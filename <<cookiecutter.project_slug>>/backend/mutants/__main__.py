"""Take each guard out in its turn, and see its test go red: `make mutants`, or

    python -m mutants [WORD...]

With words, only guards whose names have one of them. Works on a copy of this folder. Exits with 1 where a mutant
survives, and where its test goes red for another reason than that the guard is missing.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from queue import Queue
from tempfile import TemporaryDirectory
from typing import TypeVar

from .billing import BILLING
from .everywhere import EVERYWHERE
from .isolation import ISOLATION
from .mutant import GuardMoved, Mutant
from .trial import Bench, NotGreen, Trial

BACKEND = Path(__file__).resolve().parents[1]
BENCHES = min(os.cpu_count() or 1, 4)
"""How many trials run at a time."""

HEAD = ("guard", "where it was", "test that must go red")

T = TypeVar("T")


def main() -> None:
    """Try, print, write, and judge."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("words", nargs="*", metavar="WORD", help="Try only the guards whose names have it.")
    mutants = _chosen(parser.parse_args().words)
    try:
        trials = _all(mutants)
    except (GuardMoved, NotGreen) as error:
        sys.exit(str(error))
    print(f"\nWritten to {_write(trials).relative_to(BACKEND.parent)}")
    if alive := [trial.mutant.guard for trial in trials if not trial.is_killed]:
        sys.exit(f"No test goes red without: {'; '.join(alive)}.")


def _chosen(words: Sequence[str]) -> list[Mutant]:
    every = [*ISOLATION, *EVERYWHERE, *BILLING]
    chosen = [mutant for mutant in every if not words or any(word in mutant.guard for word in words)]
    if not chosen:
        sys.exit(f"No guard has any of these words in its name: {' '.join(words)}.")
    return chosen


def _all(mutants: Sequence[Mutant]) -> list[Trial]:
    """The trials, each printed when it and those before it have ended."""
    rows = [HEAD, *((mutant.guard, mutant.place(BACKEND), mutant.test) for mutant in mutants)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    with TemporaryDirectory(prefix="mutants-") as folder, ThreadPoolExecutor(BENCHES) as pool:
        first = Bench(BACKEND, Path(folder), 0)
        first.require_green(mutant.test for mutant in mutants)
        free: Queue[Bench] = Queue()
        for bench in (first, *(Bench(first.copy, Path(folder), number) for number in range(1, BENCHES))):
            free.put(bench)  # copied with what Python has compiled by now
        print(_row(HEAD, widths), " seconds", flush=True)
        trials = pool.map(lambda mutant: _on(free, lambda bench: bench.tried(mutant)), mutants)
        return [_shown(trial, widths) for trial in trials]


def _on(free: Queue[Bench], work: Callable[[Bench], T]) -> T:
    bench = free.get()
    try:
        return work(bench)
    finally:
        free.put(bench)


def _shown(trial: Trial, widths: Sequence[int]) -> Trial:
    row = _row((trial.mutant.guard, trial.place, trial.mutant.test), widths)
    print(f"{row}  {trial.seconds:7.1f}  {trial.verdict}", flush=True)
    return trial


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(f"{cell:{width}}" for cell, width in zip(cells, widths, strict=True))


def _write(trials: Sequence[Trial]) -> Path:
    file = BACKEND.parent / "var" / "benchmarks" / "mutants.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    taken_at = datetime.now(UTC).isoformat(timespec="seconds")
    file.write_text(json.dumps({"taken_at": taken_at, "mutants": [asdict(trial) for trial in trials]}, indent=2) + "\n")
    return file


if __name__ == "__main__":
    main()
