"""Settings of every environment; addresses and secrets come from environment variables alone."""

from datetime import timedelta
from pathlib import Path

import environ
from celery.schedules import crontab
from corsheaders.defaults import default_headers

BACKEND = Path(__file__).resolve().parents[2]
ROOT = BACKEND.parent

env = environ.Env()

# --- The product ---------------------------------------------------------------------------------
SITE_NAME = "<< cookiecutter.__project_name >>"  # fmt: skip
SITE_SLUG = "<< cookiecutter.project_slug >>"  # fmt: skip
VERSION = "0.1.0"

# --- Django --------------------------------------------------------------------------------------
SECRET_KEY = env.str("SECRET_KEY")
DEBUG = False
IS_DEVELOPMENT = False
"""A developer's machine or a test, with DEBUG or without."""
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
STATIC_URL = "static/"
STATIC_ROOT = BACKEND / "static_root"
APPEND_SLASH = False

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
BASE_DOMAIN = env.str("BASE_DOMAIN", default="localhost")
"""Tenants live on subdomains of this: acme.BASE_DOMAIN."""
APP_URL = env.str("APP_URL", default="http://localhost:8000")
"""Where people use the product; links in mails start with it."""

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.headless",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.usersessions",
    "corsheaders",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "drf_standardized_errors",
    "rest_framework",
    "core",
    "accounts",
    "tenants",
    "tenants.isolation",
    "subscriptions",
    "members",
    "jobs",
    "idempotency",
    "contacts",
]

TENANT_APPS = ["members", "jobs", "idempotency", "contacts"]
"""Apps whose rows belong to a tenant and are kept apart; all others are the control plane."""

MIDDLEWARE = [
    "core.middleware.RequestIdMiddleware",
    "core.middleware.ContentPolicyMiddleware",
    "core.middleware.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "core.middleware.BodySizeMiddleware",
    "accounts.cookies.TokenCookieMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "core.conditional.ConditionalMiddleware",
    "accounts.middleware.CrossSiteMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "accounts.middleware.HostBoundMiddleware",
    "accounts.impersonation.ImpersonationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "tenants.middleware.TenantMiddleware",
    "accounts.problems.AllauthProblemMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# --- Redis ---------------------------------------------------------------------------------------
REDIS_URL = env.str("REDIS_URL")
CACHES = {
    # What belongs to a tenant: the key holds the tenant, and without one there is no key.
    "default": {
        "BACKEND": "tenants.cache.PrefixedCache",
        "LOCATION": REDIS_URL,
        "KEY_FUNCTION": "tenants.cache.tenant_key",
        "KEY_PREFIX": "tenant",
    },
    # What is the same for all: rate limits, sessions of sign-up.
    "shared": {
        "BACKEND": "tenants.cache.PrefixedCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "shared",
    },
}

# --- Files ---------------------------------------------------------------------------------------
MEDIA_ROOT = env.str("MEDIA_ROOT", default=str(BACKEND / "media"))
STORAGES = {
    # What belongs to a tenant: the path holds the tenant, and without one there is no file.
    "default": {
        "BACKEND": "tenants.storage.TenantStorage",
        "OPTIONS": {"storage": {"BACKEND": "django.core.files.storage.FileSystemStorage"}},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

# --- Celery --------------------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_RESULT_BACKEND = REDIS_URL  # where a chord counts its parts; results themselves are not kept
CELERY_RESULT_EXPIRES = 86_400
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TRACK_STARTED = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600, "socket_connect_timeout": 5}
CELERY_TASK_SOFT_TIME_LIMIT = 1500
CELERY_TASK_TIME_LIMIT = 1800  # below the broker's visibility timeout, or a slow task would run twice
CELERY_BEAT_SCHEDULE = {
    "erase-due-tenants": {"task": "tenants.tasks.erase_due_tenants", "schedule": crontab(minute="7")},
    "purge-unverified-users": {"task": "accounts.tasks.purge_unverified_users", "schedule": crontab(minute="27")},
    "purge-ended-logins": {"task": "accounts.tasks.purge_ended_logins", "schedule": crontab(minute="17", hour="3")},
    "clear-expired-sessions": {
        "task": "accounts.tasks.clear_expired_sessions",
        "schedule": crontab(minute="7", hour="3"),
    },
    "forget-old-answers": {
        "task": "jobs.tasks.fan_out",
        "schedule": crontab(minute="47", hour="3"),
        "args": ["idempotency.tasks.forget_old"],
    },
    "look-up-subscriptions": {"task": "subscriptions.tasks.sweep", "schedule": timedelta(minutes=1)},
    "look-for-missed-events": {
        "task": "subscriptions.tasks.look_for_missed_events",
        "schedule": crontab(minute="12"),
    },
    "look-after-subscriptions": {
        "task": "subscriptions.tasks.look_after_subscriptions",
        "schedule": crontab(minute="52"),
    },
    "reconcile-subscriptions": {
        "task": "subscriptions.tasks.reconcile_all",
        "schedule": crontab(minute="32", hour="2"),
    },
    "purge-webhook-events": {"task": "subscriptions.tasks.purge_events", "schedule": crontab(minute="57", hour="3")},
    "remove-expired-exports": {"task": "tenants.tasks.remove_expired_exports", "schedule": crontab(minute="37")},
}

# --- API -----------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.api_keys.ApiKeyAuthentication",
        "accounts.authentication.TokenAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["tenants.access.TenantAccess"],
    "DEFAULT_THROTTLE_CLASSES": ["accounts.throttling.Throttle"],
    "DEFAULT_PAGINATION_CLASS": "core.pagination.CursorPagination",
    "DEFAULT_FILTER_BACKENDS": [
        "django_filters.rest_framework.DjangoFilterBackend",
        "rest_framework.filters.SearchFilter",
    ],
    "DEFAULT_SCHEMA_CLASS": "core.openapi.Schema",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["core.parsers.JSONParser"],
    "EXCEPTION_HANDLER": "core.errors.exception_handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": f"{SITE_NAME} API",
    "VERSION": VERSION,
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "core.openapi.share_problems",
        "core.openapi.complete_answers",
    ],
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}
API_RATE = (600, 60)
"""So many requests in so many seconds may each member and each API key make."""
API_ANONYMOUS_RATE = (600, 60)
"""The same for all from one address who have not logged in. Whole companies share one, and renew their sessions there."""
API_RATE_OF = "subscriptions.entitlements.rate_of"
"""The function that says the rate of those who work for a tenant; a plan may give another than API_RATE."""
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
"""Bytes that a request's body may have."""
MAX_UPLOAD_SIZE = 26_214_400
"""Bytes if it brings files."""

# --- Accounts ------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "name"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
MAILED_CODE_LIFETIME = 15 * 60
"""Seconds in which a code that was mailed can be used; three wrong tries end it, too."""
HEADLESS_ONLY = True
HEADLESS_CLIENTS = ("browser", "app")
HEADLESS_TOKEN_STRATEGY = "accounts.strategies.TokenFamilyStrategy"  # noqa: S105  (a class, not a secret)
HEADLESS_FRONTEND_URLS = {
    "account_reset_password": APP_URL + "/reset-password",
    "account_signup": APP_URL + "/signup",
    "socialaccount_login_error": APP_URL + "/login",
}
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.SignupForm"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
# An address counts once a code that was mailed to it came back; the tenant of a sign-up is made then, and not before.
# Codes, and no links: what is in a mail is opened by scanners and on other devices, and a code is good in one browser.
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = MAILED_CODE_LIFETIME
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = MAILED_CODE_LIFETIME
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = MAILED_CODE_LIFETIME
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a mail when a password, an address or a second factor changes
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
USERSESSIONS_TRACK_ACTIVITY = False

ENCRYPTION_KEY = env.str("ENCRYPTION_KEY")
"""What the secrets of second factors are encrypted with."""
ENCRYPTION_KEY_FALLBACKS = env.list("ENCRYPTION_KEY_FALLBACKS", default=[])
"""Older keys, with which they can still be read."""
MFA_ADAPTER = "accounts.mfa.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = SITE_NAME
MFA_TOTP_TOLERANCE = 1  # the code before and the one after: clocks differ
MFA_RECOVERY_CODES_SHOW_ONCE = True

# Off without keys. Somebody's address at a provider opens no account that has another way in: they connect the provider
# when they are logged in.
SOCIALACCOUNT_PROVIDERS = {
    provider: {"APPS": [{"client_id": client_id, "secret": env.str(f"{provider.upper()}_CLIENT_SECRET"), "key": ""}]}
    for provider in ("github", "google")
    if (client_id := env.str(f"{provider.upper()}_CLIENT_ID", default=""))
}
INSTALLED_APPS += [f"allauth.socialaccount.providers.{provider}" for provider in SOCIALACCOUNT_PROVIDERS]
SOCIALACCOUNT_AUTO_SIGNUP = False  # the tenant's name is asked for
SOCIALACCOUNT_LOGIN_ON_GET = False

JWT_SIGNING_KEY = env.str("JWT_SIGNING_KEY")
JWT_SIGNING_KEY_FALLBACKS = env.list("JWT_SIGNING_KEY_FALLBACKS", default=[])
"""Keys whose tokens are taken as well: the one before, for two weeks, or the one that is to come."""
SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=5),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=14),
    "SIGNING_KEY": JWT_SIGNING_KEY,  # of simplejwt's own token classes; ours ask accounts.signing
    "ISSUER": APP_URL,
    "AUDIENCE": "api",
    "USER_ID_CLAIM": "sub",
    "AUTH_TOKEN_CLASSES": ("accounts.tokens.AccessToken",),
}
API_KEY_PREFIX = SITE_SLUG.replace("-", "")[:24]
"""How API keys begin. Those that are made stay good only as long as this stays."""
LOGIN_URL = "/login"
JWT_REFRESH_GRACE = timedelta(seconds=20)
JWT_SESSION_MAX_AGE = timedelta(days=30)

# Over TLS browsers guard these names: config/settings/production.py.
ACCESS_COOKIE_NAME = "access"
REFRESH_COOKIE_NAME = "refresh"
EXPIRY_COOKIE_NAME = "session_exp"
HANDOFF_COOKIE_NAME = "handoff"
SESSION_COOKIE_AGE = int(JWT_SESSION_MAX_AGE.total_seconds())  # tokens are renewed as long as the session lives
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "core.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = env.list("CORS_ALLOWED_ORIGINS", default=[])
CORS_ALLOWED_ORIGINS = CSRF_TRUSTED_ORIGINS
CORS_ALLOW_CREDENTIALS = True
CORS_URLS_REGEX = r"^/(_allauth|api)/"
CORS_ALLOW_HEADERS = [
    *default_headers,
    "idempotency-key",
    "if-match",
    "if-none-match",
    "x-request-id",
    "x-session-token",
]
CORS_EXPOSE_HEADERS = ["ETag", "Location", "RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-ID"]
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"

DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"hello@{BASE_DOMAIN}")
SUPPORT_EMAIL = env.str("SUPPORT_EMAIL", default=DEFAULT_FROM_EMAIL)
"""Where a customer is told to write to."""

# --- Tenants -------------------------------------------------------------------------------------
TENANT_DELETION_GRACE = timedelta(days=30)
"""How long a tenant whose deletion was asked for can still be kept."""
TENANT_EXPORT_LIFETIME = timedelta(days=1)
"""How long an owner can download an export of the tenant; then it is removed."""
DOMAIN_CHALLENGE = f"_{SITE_SLUG}-challenge"
"""The TXT record below a tenant's own domain that shows whose it is."""
DNS_SERVERS = env.list("DNS_SERVERS", default=[])
"""Whom to ask for that record, as ADDRESS:PORT; without any, whom the machine asks."""

# --- Logs ----------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"context": {"()": "core.logging.ContextFilter"}},
    "formatters": {
        "line": {
            "format": "{levelname} {name} tenant={tenant} request={request_id} {message}",
            "style": "{",
        }
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "filters": ["context"], "formatter": "line"},
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {"django": {"handlers": [], "level": "INFO", "propagate": True}},
}

# The parts that the answers to the template's questions decide; they use the names above.
from .billing import *
from .tenancy import *
