"""A process that starts to serve, on the test's database."""

import os
import re
import subprocess
import sys

from django.conf import settings
from django.db import connections


def said_at_start(entry_point: str = "config.wsgi") -> str:
    """What a web process logs when it starts."""
    name = connections["default"].settings_dict["NAME"]
    address = re.sub(r"/[^/]*$", f"/{name}", os.environ["DATABASE_URL"])
    return subprocess.run(
        [sys.executable, "-c", f"import {entry_point}"],
        cwd=settings.BACKEND,
        env={**os.environ, "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "config.settings.test"},
        capture_output=True,
        text=True,
        check=True,
    ).stderr
