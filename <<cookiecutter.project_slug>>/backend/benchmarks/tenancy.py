"""What keeping tenants apart costs, and how long operations on many of them take: `make bench-tenancy`, or

    python -m benchmarks.tenancy [--tenants N] [--rounds N]

Works in a database that is made for it and dropped again. Exits with 1 where a target is missed.
"""

import argparse
import os

import django


def main() -> None:
    """Measure, print, write, and judge."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tenants", type=int, help="How many the many are.")
    parser.add_argument("--rounds", type=int, default=400, help="How often each request is made.")
    options = parser.parse_args()
    # A developer's settings without DEBUG, which would keep every query.
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    django.setup()
    from benchmarks import pgbouncer, scratch
    from benchmarks.figures import report
    from benchmarks.isolation.measure import TENANTS, measure
    from dev.console import Failure

    with scratch.database():
        figures = measure(options.tenants or TENANTS, options.rounds)
        try:
            figures += pgbouncer.figures()
        except Failure as failure:
            print(f"Left out, what goes through PgBouncer: {failure}\n")
    report("tenancy", figures)


if __name__ == "__main__":
    main()
