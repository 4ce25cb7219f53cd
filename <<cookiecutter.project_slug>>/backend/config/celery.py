"""The Celery application; settings that start with CELERY_ are its configuration."""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

# The base of every task that names no other: it works for one tenant, and refuses to run without.
app = Celery("config", task_cls="jobs.tasks:TenantTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def audit(**kwargs: Any) -> None:
    """Log what would let tenants reach each other's rows."""
    from tenants.audit import report  # needs the apps, which the worker has loaded by now

    report()
