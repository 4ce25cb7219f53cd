"""What a worker does for contacts."""

from celery import shared_task

from jobs.services import run_job
from jobs.tasks import JobTask

from .imports import import_sheet


@shared_task(base=JobTask)
def import_contacts(job_id: str) -> None:
    """Import the CSV file of a job."""
    run_job(job_id, import_sheet)
