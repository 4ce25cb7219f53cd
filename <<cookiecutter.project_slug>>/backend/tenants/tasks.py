"""What a worker does for the lives of tenants."""

import logging

from celery import shared_task
from django.utils import timezone

from jobs.tasks import ControlTask

from .erasure import erase_tenant
from .models import Status, Tenant

log = logging.getLogger(__name__)


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
