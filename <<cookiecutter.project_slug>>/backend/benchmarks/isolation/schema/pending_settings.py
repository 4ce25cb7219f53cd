"""The settings of the release after this one, which has a migration more."""

from config.settings.test import *  # noqa: F403

MIGRATION_MODULES = {"contacts": "benchmarks.isolation.pending"}
