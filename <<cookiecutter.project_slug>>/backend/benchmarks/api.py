"""Whether tokens, limits and the schema hold under what is done to them: `make bench-api`, or

    python -m benchmarks.api [--examples N]

Works in databases that are made for it and dropped again. Exits with 1 where a target is missed.
"""

import argparse
import logging
import os

import django


def main() -> None:
    """Measure, print, write, and judge."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--examples", type=int, default=30, help="How often each operation is asked, in each way.")
    options = parser.parse_args()
    # A developer's settings without DEBUG, which would keep every query.
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    django.setup()
    logging.disable(logging.WARNING)  # most of the requests are refused, and that is what they are for
    from benchmarks import conformance, first_queries, refresh_storm, scratch, throttle_storm
    from benchmarks.figures import report

    figures = refresh_storm.figures()
    with scratch.database():
        figures += first_queries.figures()
        figures += throttle_storm.figures()
        figures += conformance.figures(options.examples)
    report("api", figures)


if __name__ == "__main__":
    main()
