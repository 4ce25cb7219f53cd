"""Ids of rows."""

import secrets
import threading
import time
from uuid import UUID

_lock = threading.Lock()
_last = 0


def uuid7() -> UUID:
    """A new UUIDv7 (RFC 9562): sorts by the time it was made, so new rows go to the end of an index.

    Within a process each id is greater than the one before, even if the clock is set back: the 12 bits after the
    milliseconds count fractions of one (section 6.2, method 3) and never repeat. The other 62 bits are random.
    """
    ticks = _next_tick()
    milliseconds, fraction = ticks >> 12, ticks & 0xFFF
    version = 0x7000 | fraction
    variant = 0x8000_0000_0000_0000 | secrets.randbits(62)
    return UUID(bytes=milliseconds.to_bytes(6) + version.to_bytes(2) + variant.to_bytes(8))


def _next_tick() -> int:
    """Now in 4096ths of a millisecond, or one more than the last answer if that is later."""
    global _last
    now = time.time_ns() * 4096 // 1_000_000
    with _lock:
        _last = max(now, _last + 1)
        return _last
