"""Whether the money stays right under what networks and crashes do to it: `make bench-billing`, or

    python -m benchmarks.billing [--histories N]

Works in a database that is made for it and dropped again, against the sandbox. Exits with 1 where a target is missed.
"""

import argparse
import logging
import os

import django


def main() -> None:
    """Measure, print, write, and judge."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--histories", type=int, default=500, help="How many subscriptions' lives are made up.")
    options = parser.parse_args()
    # A developer's settings without DEBUG, which would keep every query.
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    django.setup()
    logging.disable(logging.ERROR)  # workers die and differ all the time, and that is what is measured
    from benchmarks import histories, scratch, seat_storm, webhook_flood
    from benchmarks.figures import report

    with scratch.database():
        figures = histories.figures(options.histories)
        figures += webhook_flood.figures()
        figures += seat_storm.figures()
    report("billing", figures)


if __name__ == "__main__":
    main()
