"""The test suite: a developer's settings, but quick and quiet."""

from .billing import no_provider
from .local import *
from .local import INSTALLED_APPS

DEBUG = False
vars().update(no_provider)
# No provider but a dummy, whatever .env has keys for.
SOCIALACCOUNT_PROVIDERS = {}
INSTALLED_APPS = [app for app in INSTALLED_APPS if not app.startswith("allauth.socialaccount.providers.")]
INSTALLED_APPS += ["allauth.socialaccount.providers.dummy"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ROOT_URLCONF = "config.urls"
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# All tests share one address; those of limits set them.
API_RATE = API_ANONYMOUS_RATE = (1_000_000, 60)
API_RATE_OF = "accounts.throttling.usual_rate"
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
