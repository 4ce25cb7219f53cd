"""Real workers in processes of their own, for what tasks that run at once cannot show."""

import os
import signal
import subprocess
import sys
import time

import pytest
import redis
from django.conf import settings
from django.db import connections

from config.celery import app


@pytest.fixture
def queues(monkeypatch):
    """Queues for this test alone: tasks are sent to them and not run at once."""
    prefix = f"test-{os.getpid()}:"
    before = {name: app.conf[name] for name in ("task_always_eager", "broker_transport_options")}
    options = {**app.conf.broker_transport_options, "global_keyprefix": prefix}
    app.conf.update(task_always_eager=False, broker_transport_options=options)
    monkeypatch.setattr(app, "_pool", None)
    monkeypatch.setattr(app.amqp, "_producer_pool", None)
    yield prefix
    app.conf.update(before)
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        for key in client.scan_iter(f"{prefix}*"):
            client.delete(key)


@pytest.fixture
def start_worker(queues, tmp_path):
    """`start_worker()`: a process that can be killed with `kill`, and whose log is at `worker.log`."""
    workers = []
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "jobs.tests.worker_settings",
        "WORKER_DATABASE": connections["default"].settings_dict["NAME"],
        "WORKER_QUEUES": queues,
    }
    command = [sys.executable, "-m", "celery", "-A", "config", "worker", "-l", "info", "-c", "1"]

    def start():
        with (tmp_path / "worker.log").open("a") as log:
            worker = subprocess.Popen(
                [*command, "--without-gossip", "--without-mingle", "--without-heartbeat"],
                cwd=settings.BACKEND,
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        workers.append(worker)
        return worker

    yield start
    for worker in workers:
        kill(worker)


def kill(worker):
    """Kill the worker and its children at once: nothing is put in order, nothing acknowledged."""
    if worker.poll() is None:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()


def wait_until(condition, worker):
    """Ask the condition until it holds. Fails after a minute, or when the worker has died."""
    deadline = time.monotonic() + 60
    while not condition():
        assert worker.poll() is None, "The worker has died."
        assert time.monotonic() < deadline, "It did not happen in a minute."
        time.sleep(0.02)
