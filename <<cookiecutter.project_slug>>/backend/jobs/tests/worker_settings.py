"""For the worker that a test runs in a process of its own: the test's databases, and queues that nobody else reads."""

import os

from config.settings.test import *  # noqa: F403
from config.settings.test import CELERY_BROKER_TRANSPORT_OPTIONS, DATABASES

for _database in DATABASES.values():
    _database["NAME"] = os.environ["WORKER_DATABASE"]
CELERY_TASK_ALWAYS_EAGER = False
CELERY_IMPORTS = ["jobs.tests.canvas"]
CELERY_BROKER_TRANSPORT_OPTIONS |= {
    "global_keyprefix": os.environ["WORKER_QUEUES"],
    # So that what a killed worker left is looked for, and delivered again, within seconds instead of an hour.
    "visibility_timeout": 2,
    "unacked_restore_interval": 1,
    "unacked_restore_throttle": 1,
}
