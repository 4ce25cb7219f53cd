"""How many successors eight requests at once get for one refresh token: from us, and from simplejwt's view."""

import json
import os
import subprocess
import sys
from statistics import median

from benchmarks.figures import Figure

IN_CHILD = "import django; django.setup(); from benchmarks.storms import print_storms; print_storms()"


def figures() -> list[Figure]:
    """How many different refresh tokens a storm brought at most, and how many of its requests failed.

    It is measured in a process and a database of its own, which have simplejwt's tables.
    """
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "benchmarks.stock_settings"}
    command = [sys.executable, "-c", IN_CHILD]
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE)  # noqa: S603
    found: dict[str, list[int]] = json.loads(done.stdout)
    return [
        Figure("refresh storm: successors of one token", max(found["ours"]), "", at_most=1),
        Figure("refresh storm: requests that failed", max(found["failed"]), "", at_most=0),
        Figure("refresh storm: successors, simplejwt's own view", median(found["stock"]), ""),
    ]
