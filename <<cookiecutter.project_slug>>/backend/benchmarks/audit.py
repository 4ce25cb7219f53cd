"""How long `check_isolation` takes, and what it finds."""

from statistics import median

from benchmarks.figures import Figure
from benchmarks.timing import seconds
from tenants.isolation.audit import findings

ROUNDS = 20


def audit() -> list[Figure]:
    """Of the scratch database, as it is now."""
    return [
        Figure("check_isolation: findings", len(findings()), "", at_most=0),
        Figure("check_isolation", audit_time(), "ms", at_most=50),
    ]


def audit_time() -> float:
    """Milliseconds, within a process."""
    return 1_000 * median(seconds(findings) for _ in range(ROUNDS))
