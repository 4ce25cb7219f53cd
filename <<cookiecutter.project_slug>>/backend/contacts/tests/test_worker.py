"""An import by real workers in processes of their own, one of which is killed in the middle."""

import os
import signal
import subprocess
import sys
import time

import pytest
import redis
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import connections

from config.celery import app
from contacts.models import Contact
from contacts.services import start_import
from contacts.tasks import import_contacts
from jobs.models import Job
from tenants.context import tenant_context

ROWS = 20_000


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


def file_of(rows):
    lines = "\n".join(f"Person {n},person{n}@x.test" for n in range(rows))
    return ContentFile(f"name,email\n{lines}\nBad,\nAgain,PERSON0@x.test".encode(), "contacts.csv")


def test_a_killed_worker_leaves_nothing_undone_and_nothing_done_twice(committed_db, start_worker, tmp_path):
    with tenant_context(committed_db.globex):
        stray = Job.objects.create(kind="contacts.import")
    app.send_task(import_contacts.name, [str(stray.pk)])  # as nobody of us does: no header says for whom
    with tenant_context(committed_db.acme):
        job = start_import(file=file_of(ROWS), created_by=None)
        first = start_worker()
        wait_until(lambda: Job.objects.get(pk=job.pk).checkpoint.get("batches", 0) >= 2, first)
        kill(first)
        job.refresh_from_db()
        assert (job.status, job.result) == ("running", None)
        assert job.checkpoint["created"] == Contact.objects.count() < ROWS

        second = start_worker()
        wait_until(lambda: Job.objects.get(pk=job.pk).has_ended, second)
        job.refresh_from_db()
        assert (job.status, job.error, job.attempts) == ("succeeded", None, 0)
        assert (job.result["created"], job.result["duplicates"], job.result["failed"]) == (ROWS, 1, 1)
        assert job.result["errors"] == [{"line": ROWS + 2, "reason": "The email is missing."}]
        assert Contact.objects.count() == ROWS
    with tenant_context(committed_db.globex):
        assert Job.objects.get().status == "queued"
        assert not Contact.objects.exists()
    assert f"The task {import_contacts.name}, whose message names no tenant" in (tmp_path / "worker.log").read_text()
