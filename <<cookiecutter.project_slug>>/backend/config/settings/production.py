"""A deployment: everything from the environment, secure defaults, no start on a weak secret."""

import os

from django.core.exceptions import ImproperlyConfigured

from .base import *
from .base import (
    CORS_ALLOWED_ORIGINS,
    ENCRYPTION_KEY,
    ENCRYPTION_KEY_FALLBACKS,
    JWT_SIGNING_KEY,
    JWT_SIGNING_KEY_FALLBACKS,
    MIDDLEWARE,
    SECRET_KEY,
    STORAGES,
    env,
)
from .billing import weaknesses

_secrets = [("SECRET_KEY", SECRET_KEY), ("ENCRYPTION_KEY", ENCRYPTION_KEY), ("JWT_SIGNING_KEY", JWT_SIGNING_KEY)]
_secrets += [("Each of ENCRYPTION_KEY_FALLBACKS", key) for key in ENCRYPTION_KEY_FALLBACKS]
_secrets += [("Each of JWT_SIGNING_KEY_FALLBACKS", key) for key in JWT_SIGNING_KEY_FALLBACKS]
for _name, _secret in _secrets:
    if len(_secret) < 50 or "insecure" in _secret:
        raise ImproperlyConfigured(
            f"{_name} must be a random secret of at least 50 characters. Make one with: "
            "python -c 'import secrets; print(secrets.token_urlsafe(50))'"
        )

_unchanged = sorted(name for name, value in os.environ.items() if value == "change-me")
if _unchanged:
    raise ImproperlyConfigured(f"Set a value of your own instead of the example's: {', '.join(_unchanged)}.")

if _http := sorted(origin for origin in CORS_ALLOWED_ORIGINS if not origin.startswith("https://")):
    raise ImproperlyConfigured(f"CORS_ALLOWED_ORIGINS may have https:// origins only, not {', '.join(_http)}.")

# Codes to log in with and invitations go by mail: without a server for it, nobody could sign up.
if not env.str("EMAIL_URL", default=""):
    raise ImproperlyConfigured("Set EMAIL_URL to the server that sends mails: smtp+tls://USER:PASSWORD@HOST:587")
vars().update(env.email("EMAIL_URL"))
EMAIL_TIMEOUT = 10

if _found := weaknesses():
    raise ImproperlyConfigured(" ".join(_found))

# Static files come from the application itself, right behind the security headers.
MIDDLEWARE.insert(
    MIDDLEWARE.index("django.middleware.security.SecurityMiddleware") + 1, "whitenoise.middleware.WhiteNoiseMiddleware"
)
STORAGES["staticfiles"] = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}

# How many proxies add to X-Forwarded-For: log-in attempts are limited by the address of whoever is behind them.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=1)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
# Preloading binds a domain and all its subdomains for years: your decision.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
# A cookie of such a name comes from this very host: browsers take it over TLS alone, and never from a page of another
# subdomain, which could put one of its own in the place of a plain name (draft-ietf-httpbis-rfc6265bis, section 4.1.3).
SESSION_COOKIE_NAME = "__Host-sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken"
ACCESS_COOKIE_NAME = "__Host-access"
EXPIRY_COOKIE_NAME = "__Host-session_exp"
HANDOFF_COOKIE_NAME = "__Host-handoff"
REFRESH_COOKIE_NAME = "__Secure-refresh"  # its path is not "/", as `__Host-` wants
