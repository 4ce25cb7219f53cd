"""A developer's machine: `.env` and the embedded services that `make start` runs."""

from pathlib import Path

import environ

_root = Path(__file__).resolve().parents[3]
# What the running services say comes first; a variable that is set already is never overwritten.
for _file in (_root / "var" / "services.env", _root / ".env"):
    if _file.is_file():
        environ.Env.read_env(_file)

from .base import *
from .base import BASE_DOMAIN, INSTALLED_APPS, env
from .billing import in_sandbox

# Without keys of your own, the payment provider is played on this machine: `manage.py billing_sandbox`.
SANDBOX_ADDRESS = f"http://127.0.0.1:{env.int('SANDBOX_PORT', default=8600)}"
BILLING_SANDBOX_FILE = env.str("BILLING_SANDBOX_FILE", default=str(_root / "var" / "sandbox.json"))
vars().update(in_sandbox(SANDBOX_ADDRESS))

DEBUG = True
IS_DEVELOPMENT = True
INSTALLED_APPS += ["dev"]
ALLOWED_HOSTS = [BASE_DOMAIN, f".{BASE_DOMAIN}", "localhost", ".localhost", "127.0.0.1"]
# A development proxy in front rewrites Host and passes the browser's on in this header.
USE_X_FORWARDED_HOST = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True  # browsers take http://*.localhost for secure, and the library does not
# Mails are kept here, and read at /dev/mail.
EMAIL_BACKEND = "dev.mailbox.MailboxBackend"
MAILBOX = _root / "var" / "mail"
ROOT_URLCONF = "dev.mailbox.urls"
