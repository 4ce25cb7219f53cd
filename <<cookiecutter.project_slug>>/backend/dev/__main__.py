"""The door: `python3 -m dev COMMAND`, in the backend folder. Says so when the Python is too old to go on."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036  (this file is read by whatever Python a machine has)
    sys.exit(
        "This needs Python 3.11 or newer, and {} is {}.{}. Name a newer one: make start PYTHON=python3.13".format(
            sys.executable, *sys.version_info[:2]
        )
    )

from .commands import main

sys.exit(main(sys.argv[1:]))
