"""Starting jobs, and what a worker writes while it does one."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID

from celery import Task
from django.utils import timezone
from kombu.exceptions import OperationalError

from core.logging import current_request_id
from tenants.transactions import on_tenant_commit, tenant_atomic

from .models import Job, Status, Upload

PROGRESS_INTERVAL = timedelta(seconds=0.5)
MAX_ATTEMPTS = 10

log = logging.getLogger(__name__)


class JobEnded(Exception):
    """The job was ended from somewhere else: there is nothing left to do."""


class JobFailed(Exception):
    """The job cannot be done; `code` is for programs, the message for the person who waits for it."""

    def __init__(self, code: str, detail: str, status: HTTPStatus = HTTPStatus.INTERNAL_SERVER_ERROR) -> None:
        super().__init__(detail)
        self.code, self.detail, self.status = code, detail, status


def start_job(*, kind: str, task: Task[[str], None], created_by: int | None, upload: Upload | None = None) -> Job:
    """Create a job, with the file it works on, and hand its id to the task once all of that is committed.

    `created_by` is the id of a Member. If the broker cannot be reached at that moment, the job fails and says so.
    """
    with tenant_atomic():
        job = Job(kind=kind, created_by_id=created_by)
        job.save()
        if upload is not None:
            upload.job = job
            upload.save()
        on_tenant_commit(lambda: _enqueue(job, task))
    return job


def _enqueue(job: Job, task: Task[[str], None]) -> None:
    try:
        task.delay(str(job.pk))
    except OperationalError:
        log.exception("Job %s could not be queued", job)
        detail = "The job could not be handed to a worker, and nothing was changed. Please try again in a few minutes."
        fail_job(job.pk, JobFailed("queue_unavailable", detail, HTTPStatus.SERVICE_UNAVAILABLE))


def run_job(job_id: str | UUID, work: Callable[[Job], Any]) -> None:
    """Do a job: call `work` with it and keep what it returns as the result.

    The broker may deliver a task twice, one after the other or at the same time. A job that has ended is left alone;
    one that was interrupted is given to `work` again, which goes on from `job.checkpoint` (see `job_step`).
    """
    try:
        _finish(job_id, work(_begin(job_id)))
    except JobEnded:
        log.info("Job %s has ended already", job_id)


def _begin(job_id: str | UUID) -> Job:
    with _locked(job_id) as job:
        job.status = Status.RUNNING
        job.started_at = job.started_at or timezone.now()
        job.attempts += 1
        job.save(update_fields=["status", "started_at", "attempts"])
    if job.attempts > MAX_ATTEMPTS:
        detail = "The job was stopped, as its worker broke down again and again. What it had done so far is kept."
        raise JobFailed("worker_lost", detail)
    return job


@contextmanager
def job_step(job_id: str | UUID) -> Iterator[Job]:
    """One step of a job: what is written inside and the job's own row are committed together, or neither is.

    Gives the job as it is now, locked, so another delivery of the same task waits and then sees what has been done.
    Change `checkpoint` inside and call `report_progress`; the rest is saved for you. Raises JobEnded.
    """
    with _locked(job_id) as job:
        yield job
        job.attempts = 0
        job.save(
            update_fields=[
                "checkpoint", "attempts", "progress_current", "progress_total", "progress_message", "progress_at",
            ]
        )  # fmt: skip


@contextmanager
def _locked(job_id: str | UUID) -> Iterator[Job]:
    with tenant_atomic():
        job = Job.objects.select_for_update().get(pk=job_id)
        if job.has_ended:
            raise JobEnded
        yield job


def report_progress(job: Job, current: int, total: int, message: str = "") -> None:
    """Say how far the job is, inside a step. Shown twice a second at most, so a quick job may report each step."""
    now = timezone.now()
    if job.progress_at is None or now - job.progress_at >= PROGRESS_INTERVAL:
        job.progress_current, job.progress_total, job.progress_message = current, total, message
        job.progress_at = now


def show_progress(job_id: str | UUID, current: int, total: int) -> None:
    """Say how far a job is that has no steps; at most twice a second, please."""
    running = Job.objects.filter(pk=job_id, status=Status.RUNNING)
    running.update(progress_current=current, progress_total=total, progress_at=timezone.now())


def _finish(job_id: str | UUID, result: Any) -> None:
    with _locked(job_id) as job:
        job.status, job.result, job.finished_at = Status.SUCCEEDED, result, timezone.now()
        job.progress_current = job.progress_total or job.progress_current
        job.save(update_fields=["status", "result", "finished_at", "progress_current"])
        job.uploads.all().delete()


def fail_job(job_id: str | UUID, reason: JobFailed) -> None:
    """End the job in failure, with a problem that says why. A job that has ended already stays as it is."""
    try:
        with _locked(job_id) as job:
            job.status, job.error, job.finished_at = Status.FAILED, _problem(job, reason), timezone.now()
            job.save(update_fields=["status", "error", "finished_at"])
    except JobEnded:
        pass


def _problem(job: Job, reason: JobFailed) -> dict[str, Any]:
    return {
        "type": "about:blank",
        "title": reason.status.phrase,
        "status": reason.status.value,
        "detail": reason.detail,
        "instance": f"/api/v1/jobs/{job.pk}",
        "code": reason.code,
        "request_id": current_request_id(),
        "errors": [],
    }
