"""Jobs from their start to their end, whatever the broker and the workers do on the way."""

import threading
from datetime import timedelta

import pytest
from celery import shared_task
from django.db import connections, transaction
from django.utils import timezone

from config.celery import app
from jobs import services
from jobs.models import Job, Upload
from jobs.services import JobFailed, fail_job, job_step, report_progress, run_job, start_job
from jobs.tasks import JobTask
from tenants.context import tenant_context
from tenants.isolation.databases import alias_of
from tenants.transactions import tenant_atomic

calls = []


@shared_task(base=JobTask)
def record(job_id):
    run_job(job_id, work)


def work(job):
    calls.append(job.pk)
    return {"calls": len(calls)}


@pytest.fixture(autouse=True)
def _no_calls():
    calls.clear()


def test_starts_when_all_is_committed(in_acme, commit):
    with commit(), tenant_atomic():
        job = start_job(kind="test", task=record, created_by=None, upload=Upload(name="a", content=b"x"))
        assert (calls, job.status, bytes(job.uploads.get().content)) == ([], "queued", b"x")
    job.refresh_from_db()
    assert (calls, job.status, job.result) == ([job.pk], "succeeded", {"calls": 1})
    assert not Upload.objects.exists()


def test_does_not_start_when_the_request_fails(in_acme, commit):
    with commit(), tenant_atomic():
        start_job(kind="test", task=record, created_by=None)
        transaction.set_rollback(True, using=alias_of(in_acme))
    assert calls == []
    assert not Job.objects.exists()


def test_starts_for_its_tenant_wherever_the_commit_happens(db, acme, commit):
    with commit(), tenant_context(acme):
        job = start_job(kind="test", task=record, created_by=None)
    assert calls == [job.pk]


def test_a_broker_that_is_away_fails_the_job(in_acme, commit, monkeypatch, celery_settings):
    celery_settings(task_always_eager=False, broker_write_url="redis://127.0.0.1:1/0")
    monkeypatch.setattr(app, "_pool", None)
    monkeypatch.setattr(app.amqp, "_producer_pool", None)
    with commit():
        job = start_job(kind="test", task=record, created_by=None, upload=Upload(name="a", content=b"x"))
    job.refresh_from_db()
    assert (job.status, job.error["code"], job.error["status"]) == ("failed", "queue_unavailable", 503)
    assert "try again" in job.error["detail"]


def test_a_job_that_has_ended_is_not_done_again(in_acme):
    job = Job.objects.create(kind="test")
    run_job(job.pk, work)
    run_job(job.pk, work)
    fail_job(job.pk, JobFailed("late", "Too late."))
    job.refresh_from_db()
    assert (calls, job.status, job.error) == ([job.pk], "succeeded", None)


def test_an_interrupted_job_goes_on_from_its_checkpoint(in_acme):
    job = Job.objects.create(kind="test")
    with pytest.raises(KeyboardInterrupt):
        run_job(job.pk, three_steps(interrupted_in=2))
    job.refresh_from_db()
    assert (job.status, job.checkpoint, job.attempts) == ("running", {"done": [0, 1]}, 0)
    run_job(job.pk, three_steps())
    job.refresh_from_db()
    assert (job.status, job.result) == ("succeeded", [0, 1, 2])


def three_steps(interrupted_in=None):
    """Work that adds its number to the checkpoint in each step, and stops like a worker that is killed."""

    def work(job):
        done = job.checkpoint.get("done", [])
        for number in range(len(done), 3):
            with job_step(job.pk) as current:
                done = [*done, number]
                current.checkpoint = {"done": done}
                if number == interrupted_in:
                    raise KeyboardInterrupt
        return done

    return work


def test_a_job_that_kills_its_workers_is_stopped(in_acme):
    job = Job.objects.create(kind="test")
    for _ in range(services.MAX_ATTEMPTS):
        with pytest.raises(KeyboardInterrupt):
            run_job(job.pk, three_steps(interrupted_in=0))
    with pytest.raises(JobFailed) as stopped:
        run_job(job.pk, three_steps())
    assert stopped.value.code == "worker_lost"


def test_steps_wait_for_each_other(committed_db):
    """Two workers with the same job: each sees what the other has done."""
    with tenant_context(committed_db.acme):
        job = Job.objects.create(kind="test", checkpoint={"count": 0})
    threads = [threading.Thread(target=count_to_ten, args=(committed_db.acme, job.pk)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with tenant_context(committed_db.acme):
        assert Job.objects.get().checkpoint == {"count": 20}


def count_to_ten(tenant, job_id):
    with tenant_context(tenant):
        for _ in range(10):
            with job_step(job_id) as job:
                job.checkpoint["count"] += 1
    connections.close_all()


def test_a_job_that_was_ended_takes_no_more_steps(in_acme):
    job = Job.objects.create(kind="test")

    def work(job):
        fail_job(job.pk, JobFailed("stop", "Stopped."))
        with job_step(job.pk):
            calls.append(job.pk)

    run_job(job.pk, work)
    job.refresh_from_db()
    assert (calls, job.status, job.result) == ([], "failed", None)


def test_progress_is_shown_twice_a_second_at_most(in_acme, monkeypatch):
    job, start, shown = Job.objects.create(kind="test"), timezone.now(), []
    for tenths in (0, 1, 4, 5, 6, 12):
        monkeypatch.setattr(services.timezone, "now", lambda tenths=tenths: start + timedelta(seconds=tenths / 10))
        with job_step(job.pk) as current:
            report_progress(current, tenths, 12, "Counting")
        job.refresh_from_db()
        shown.append(job.progress_current)
    assert shown == [0, 0, 0, 5, 5, 12]
    assert (job.progress_total, job.progress_message) == (12, "Counting")
