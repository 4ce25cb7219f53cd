"""What a worker does for the lives of tenants."""

import logging

from celery import shared_task
from django.utils import timezone

from jobs.services import run_job
from jobs.tasks import ControlTask, JobTask

from .erasure import erase_tenant
from .exports import remove_expired, write_export
from .fanout import for_each_tenant
from .invitations import invitation_mail
from .models import Invitation, Status, Tenant

log = logging.getLogger(__name__)


@shared_task(base=JobTask, for_closed_tenants=True)
def export(job_id: str) -> None:
    """Write the file of an export, for a tenant that is suspended or about to be deleted, too."""
    run_job(job_id, write_export)


@shared_task(base=ControlTask)
def send_invitation(invitation_id: int) -> None:
    """Mail an invitation, unless it was revoked meanwhile."""
    invitation = (
        Invitation.objects.select_related("tenant", "custom_role", "invited_by").filter(pk=invitation_id).first()
    )
    if invitation is not None:
        invitation_mail(invitation).send()


@shared_task(base=ControlTask)
def remove_expired_exports() -> int:
    """Remove exports whose links have ended, and say how many that were. For the schedule of `celery beat`.

    If it fails for one tenant the others get their turn; ExceptionGroup tells at the end.
    """
    return sum(for_each_tenant(lambda tenant: remove_expired(), tenants=Tenant.objects.order_by("pk")).values())


@shared_task(base=ControlTask)
def erase_due_tenants() -> int:
    """Erase each tenant whose grace is over, and say how many that were. For the schedule of `celery beat`.

    One that fails keeps no other from its turn; it is tried again the next time.
    """
    due = Tenant.objects.filter(status=Status.DELETING, delete_after__lte=timezone.now())
    return sum(_erased(tenant) for tenant in due)


def _erased(tenant: Tenant) -> bool:
    try:
        erase_tenant(tenant, requested_by=tenant.status_reason)
    except Exception:
        log.exception("The tenant '%s' could not be erased", tenant.slug)
        return False
    return True
