"""The Celery application; settings that start with CELERY_ are its configuration."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

# The base of every task that names no other: it works for one tenant, and refuses to run without.
app = Celery("config", task_cls="jobs.tasks:TenantTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
