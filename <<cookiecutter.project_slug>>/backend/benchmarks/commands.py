"""manage.py, as an operator runs it."""

import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings

from benchmarks.timing import seconds


def wall_time(*arguments: str, settings_module: str = "config.settings.test") -> float:
    """The seconds that a command takes, from the start of its process to the end. Raises CalledProcessError."""
    command = [sys.executable, str(Path(settings.BACKEND) / "manage.py"), *arguments]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": settings_module}
    return seconds(lambda: subprocess.run(command, env=environment, cwd=settings.BACKEND, check=True))  # noqa: S603
