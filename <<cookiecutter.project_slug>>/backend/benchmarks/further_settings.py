"""The settings of a project with more tables."""

from config.settings.test import *  # noqa: F403
from config.settings.test import INSTALLED_APPS, TENANT_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "benchmarks.further"]
TENANT_APPS = [*TENANT_APPS, "further"]
