"""What a worker does for logins."""

from celery import shared_task
from django.core.management import call_command

from jobs.tasks import ControlTask

from .services import purge_logins, purge_unverified


@shared_task(base=ControlTask)
def purge_ended_logins() -> int:
    """Delete logins that are long over, and say how many that were. For the schedule of `celery beat`."""
    return purge_logins()


@shared_task(base=ControlTask)
def purge_unverified_users() -> int:
    """Delete who has signed up and never verified the address, and say how many. For the schedule of `celery beat`."""
    return purge_unverified()


@shared_task(base=ControlTask)
def clear_expired_sessions() -> None:
    """Delete Django's sessions that are over: nothing else does. For the schedule of `celery beat`."""
    call_command("clearsessions")
