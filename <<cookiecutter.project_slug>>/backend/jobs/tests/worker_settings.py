"""For the worker that a test runs in a process of its own: the test's databases, and queues that nobody else reads."""

import os

from config.settings.test import *  # noqa: F403
from config.settings.test import CELERY_BROKER_TRANSPORT_OPTIONS, DATABASES

for _database in DATABASES.values():
    _database["NAME"] = os.environ["WORKER_DATABASE"]
CELERY_TASK_ALWAYS_EAGER = False
CELERY_BROKER_TRANSPORT_OPTIONS |= {
    "global_keyprefix": os.environ["WORKER_QUEUES"],
    "visibility_timeout": 2,  # so that what a killed worker left is delivered again soon
}
