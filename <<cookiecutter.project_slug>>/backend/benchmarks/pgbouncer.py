"""How many rows of other tenants do requests through PgBouncer get? `make bench-tenancy`, or

    python -m benchmarks.pgbouncer [--requests 10000]

Transaction mode, a pool of two connections, eight threads, and for each request any of fifty tenants. To show that a
leak would be seen, requests that tell the tenant to their connection, as is usual, are counted as well.
"""

import argparse
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import django

from .figures import Figure, report

if TYPE_CHECKING:
    from tenants.models import Tenant

TENANTS = 50
POOL = 2
CONTROLS = 1_000
"""Requests of the control: it leaks soon enough."""
NAME = "Benchmark of pooling"


def main() -> None:
    """Measure, print, and judge."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=10_000)
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    django.setup()
    from . import scratch

    with scratch.database():
        found = figures(options.requests)
    report("pgbouncer", found)


def figures(requests: int = 10_000) -> list[Figure]:
    """Count the rows of other tenants in so many requests."""
    from .leaks import any_answer, foreign_and_missing, usual
    from .ways import through_pgbouncer

    with temporary_tenants() as tenants, through_pgbouncer(POOL, server_idle_timeout=1):
        started = time.perf_counter()
        foreign, missing = foreign_and_missing(any_answer, tenants, requests)
        seconds = time.perf_counter() - started
        with usual() as ask:
            leaked, _ = foreign_and_missing(ask, tenants, CONTROLS)
    return [
        Figure(f"rows of other tenants in {requests:,} requests through PgBouncer", foreign, "rows", at_most=0),
        Figure("own rows that were missing there", missing, "rows", at_most=0),
        Figure(f"control: rows of others in {CONTROLS:,} that tell their connection", leaked, "rows", at_least=1),
        Figure("requests of four queries, a second", requests / seconds, "/s"),
    ]


@contextmanager
def temporary_tenants() -> Iterator[list["Tenant"]]:
    """Tenants with rows, of which nothing is left afterwards."""
    from accounts.models import User
    from tenants.isolation.provisioning import deprovision
    from tenants.services import create_tenant

    from .leaks import give_rows

    tenants: list[Tenant] = []
    owner = User.objects.create_user(f"benchmark-{os.getpid()}@localhost.test", name=NAME)
    try:
        for number in range(TENANTS):
            tenants.append(create_tenant(name=f"{NAME} {number}", owner=owner))
            give_rows(tenants[-1])
        yield tenants
    finally:
        for tenant in tenants:
            deprovision(tenant)
            tenant.delete()
        owner.delete()


if __name__ == "__main__":
    main()
