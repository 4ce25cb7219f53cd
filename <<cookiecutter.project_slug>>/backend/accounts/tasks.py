"""What a worker does for logins."""

from celery import shared_task

from jobs.tasks import ControlTask

from .services import purge_logins


@shared_task(base=ControlTask)
def purge_ended_logins() -> int:
    """Delete logins that are long over, and say how many that were. For the schedule of `celery beat`."""
    return purge_logins()
