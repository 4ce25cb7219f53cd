"""The settings of a project that has simplejwt's own view for refreshing tokens, as safe as its settings make it."""

from config.settings.test import *  # noqa: F403
from config.settings.test import INSTALLED_APPS, SIMPLE_JWT

INSTALLED_APPS = [*INSTALLED_APPS, "rest_framework_simplejwt.token_blacklist"]
SIMPLE_JWT = {**SIMPLE_JWT, "ROTATE_REFRESH_TOKENS": True, "BLACKLIST_AFTER_ROTATION": True, "CHECK_REVOKE_TOKEN": True}
ROOT_URLCONF = "benchmarks.stock_urls"
