"""Production settings: they start with good secrets, pass Django's own deployment checks, and refuse bad ones."""

import os
import re
import secrets
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

BACKEND = Path(__file__).resolve().parents[2]
EXAMPLE = (BACKEND.parent / ".env.example").read_text()
SECRETS = re.findall(r"^(\w+)=change-me$", EXAMPLE, re.MULTILINE)


def deployment(**changes: str) -> dict[str, Any]:
    """For `subprocess.run`: an environment like a deployment's, with these variables changed."""
    good = {name: secrets.token_urlsafe(50) for name in SECRETS}
    deployed = {"DJANGO_SETTINGS_MODULE": "config.settings.production", "ALLOWED_HOSTS": ".example.com"}
    return {"cwd": BACKEND, "env": {**os.environ, **good, **deployed, **changes}, "text": True}


def check(**changes: str) -> subprocess.CompletedProcess[str]:
    """`manage.py check --deploy` there."""
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(command, capture_output=True, **deployment(**changes))


def test_good_secrets_start() -> None:
    done = check()
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"SECRET_KEY": "short"}, "SECRET_KEY must be a random secret"),
        ({"JWT_SIGNING_KEY": "insecure-" + "x" * 60}, "JWT_SIGNING_KEY must be a random secret"),
        ({"JWT_SIGNING_KEY_FALLBACKS": f"{'x' * 60},short"}, "Each of JWT_SIGNING_KEY_FALLBACKS must be a random"),
        ({"SOME_WEBHOOK_SECRETS": "change-me"}, "instead of the example's: SOME_WEBHOOK_SECRETS."),
    ],
)
def test_a_bad_secret_does_not(changes: dict[str, str], said: str) -> None:
    done = check(**changes)
    assert done.returncode == 1
    assert said in done.stderr
