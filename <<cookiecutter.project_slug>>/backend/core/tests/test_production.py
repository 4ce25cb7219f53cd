"""Production settings: they start with good secrets, pass Django's own deployment checks, and refuse bad ones."""

import json
import os
import re
import secrets
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from accounts.tests.test_cookies import NAMES
from subscriptions.tests.customer import LIVE, SETTINGS

BACKEND = Path(__file__).resolve().parents[2]
EXAMPLE = (BACKEND.parent / ".env.example").read_text()
SECRETS = re.findall(r"^(\w+)=change-me$", EXAMPLE, re.MULTILINE)


def deployment(**changes: str) -> dict[str, Any]:
    """For `subprocess.run`: an environment like a deployment's, with these variables changed."""
    good = {name: secrets.token_urlsafe(50) for name in SECRETS}
    deployed = {"DJANGO_SETTINGS_MODULE": "config.settings.production", "ALLOWED_HOSTS": ".example.com"}
    deployed |= LIVE
    deployed["EMAIL_URL"] = "smtp+tls://user:password@smtp.example.com:587"
    return {"cwd": BACKEND, "env": {**os.environ, **good, **deployed, **changes}, "text": True}


def check(**changes: str) -> subprocess.CompletedProcess[str]:
    """`manage.py check --deploy` there."""
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(command, capture_output=True, **deployment(**changes))


def test_good_secrets_start() -> None:
    done = check()
    assert done.returncode == 0, done.stderr
    assert done.stdout == "System check identified no issues (1 silenced).\n"  # HSTS preloading: see the settings
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"SECRET_KEY": "short"}, "SECRET_KEY must be a random secret"),
        ({"JWT_SIGNING_KEY": "insecure-" + "x" * 60}, "JWT_SIGNING_KEY must be a random secret"),
        ({"JWT_SIGNING_KEY_FALLBACKS": f"{'x' * 60},short"}, "Each of JWT_SIGNING_KEY_FALLBACKS must be a random"),
        ({"CORS_ALLOWED_ORIGINS": "https://a.example,null,http://b.example"}, "only, not http://b.example, null."),
        ({"EMAIL_URL": ""}, "Set EMAIL_URL to the server that sends mails"),
        ({"ENCRYPTION_KEY_FALLBACKS": "short"}, "Each of ENCRYPTION_KEY_FALLBACKS must be a random"),
        ({"SOME_WEBHOOK_SECRETS": "change-me"}, "instead of the example's: SOME_WEBHOOK_SECRETS."),
    ],
)
def test_a_bad_secret_does_not(changes: dict[str, str], said: str) -> None:
    done = check(**changes)
    assert done.returncode == 1
    assert said in done.stderr


@pytest.mark.parametrize("name", LIVE)
@pytest.mark.parametrize("how", ["is empty", "is the sandbox's"])
def test_no_deployment_without_keys_or_with_the_sandboxs(name: str, how: str) -> None:
    value = SETTINGS[name] if how == "is the sandbox's" else ""
    done = check(**{name: value if isinstance(value, str) else " "})
    assert (done.returncode, name in done.stderr) == (1, True), done.stderr


def test_no_deployment_that_asks_a_sandbox() -> None:
    done = check(BILLING_SANDBOX_URL="http://127.0.0.1:9")
    assert (done.returncode, "Unset BILLING_SANDBOX_URL" in done.stderr) == (1, True), done.stderr


def test_cookies_have_names_that_browsers_guard() -> None:
    names = ", ".join(f"{name}=settings.{name}" for name in NAMES)
    program = f"from django.conf import settings; import json; print(json.dumps(dict({names})))"
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, **deployment())
    assert json.loads(done.stdout) == NAMES


ASK = """
import json, django; django.setup()
from django.test import Client
client = Client(headers={"host": "app.example.com"})
answers = client.get("/api/v1/nothing", secure=True), client.get("/api/v1/nothing"), client.get("/healthz")
print(json.dumps([[answer.status_code, dict(answer.headers)] for answer in answers]))
"""


def test_what_a_deployment_answers_with() -> None:
    domain = {"BASE_DOMAIN": "example.com", "APP_URL": "https://app.example.com"}
    done = subprocess.run([sys.executable, "-c", ASK], check=True, capture_output=True, **deployment(**domain))
    (status, headers), plain, probe = json.loads(done.stdout)
    assert status == 404
    assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Permissions-Policy"].startswith("camera=(), ")
    assert (plain[0], plain[1]["Location"]) == (301, "https://app.example.com/api/v1/nothing")
    assert probe[0] == 200
