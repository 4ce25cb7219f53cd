"""UUIDv7."""

import time
from concurrent.futures import ThreadPoolExecutor
from uuid import RFC_4122, UUID

import pytest

from core import ids
from core.ids import uuid7


def test_the_layout_is_that_of_the_rfc(monkeypatch: pytest.MonkeyPatch) -> None:
    """The example of RFC 9562, appendix A.6."""
    monkeypatch.setattr(ids, "_next_tick", lambda: 0x017F22E279B0CC3)
    monkeypatch.setattr(ids.secrets, "randbits", lambda bits: {62: 0x18C4DC0C0C07398F}[bits])
    assert uuid7() == UUID("017F22E2-79B0-7CC3-98C4-DC0C0C07398F")


def test_an_id_says_when_it_was_made() -> None:
    before = time.time_ns() // 1_000_000
    made = uuid7()
    # Ids made by other tests may have run ahead of the clock, by a quarter of a microsecond each.
    assert before <= made.int >> 80 <= time.time_ns() // 1_000_000 + 50
    assert (made.version, made.variant) == (7, RFC_4122)


def test_ids_sort_by_the_time_they_were_made() -> None:
    made = [uuid7() for _ in range(20_000)]
    assert made == sorted(made)
    assert len(set(made)) == 20_000


def test_ids_sort_when_the_clock_is_set_back(monkeypatch: pytest.MonkeyPatch) -> None:
    first = uuid7()
    monkeypatch.setattr(ids.time, "time_ns", lambda: 1)
    second = uuid7()
    assert first < second < uuid7()
    assert second.int >> 80 == pytest.approx(first.int >> 80, abs=1)


def test_threads_do_not_make_the_same_tick() -> None:
    with ThreadPoolExecutor(8) as threads:
        made = [i for part in threads.map(lambda _: [uuid7() for _ in range(2_000)], range(8)) for i in part]
    assert len({i.int >> 64 for i in made}) == 16_000
