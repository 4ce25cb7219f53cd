"""What happens to a tenant between its making and its end: suspended, renamed, about to be deleted, kept after all."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from jobs.models import Job
from jobs.services import start_job
from members.audit import Changes, record

from .exports import KIND
from .models import Status, Tenant
from .services import validate_slug
from .tasks import export
from .transactions import tenant_atomic

STATE = ["status", "status_reason", "suspended_for", "delete_after"]


def suspend_tenant(tenant: Tenant, *, reason: str) -> None:
    """Answer no more requests and let tasks wait; rows and files stay. The reason is for operators.

    Raises ValidationError where the tenant is being deleted, and where no reason is given.
    """
    if not reason.strip():
        raise ValidationError("Say why the tenant is suspended.", code="required")
    with _changing(tenant):
        _refuse_deleting(tenant)
        tenant.status, tenant.status_reason = Status.SUSPENDED, reason
    _record("suspended", tenant)


def reactivate_tenant(tenant: Tenant) -> None:
    """Open a suspended tenant again. Raises ValidationError where it is being deleted, which is cancelled instead."""
    with _changing(tenant):
        _refuse_deleting(tenant)
        tenant.status, tenant.status_reason = Status.ACTIVE, ""
    _record("reactivated", tenant)


def rename_tenant(tenant: Tenant, *, slug: str) -> None:
    """Give the tenant another subdomain. It can be reached at the old one no more; logins go on at the new one.

    Raises ValidationError for a slug that is taken, reserved or malformed.
    """
    validate_slug(slug)
    before, tenant.slug = tenant.slug, slug
    try:
        with transaction.atomic():
            tenant.save(update_fields=["slug"])
    except IntegrityError as error:
        tenant.slug = before
        raise ValidationError({"slug": tenant.unique_error_message(Tenant, ("slug",))}) from error
    _record("moved", tenant, {"slug": (before, slug)})


def request_deletion(tenant: Tenant, *, slug: str, requested_by: str) -> None:
    """Close the tenant, to be erased after settings.TENANT_DELETION_GRACE. Asked again, it changes nothing.

    `slug` is what the person typed to show that they mean this tenant; ValidationError where it is another.
    """
    if slug != tenant.slug:
        typed = ValidationError(f"Type '{tenant.slug}' to show that you mean this tenant.", code="mismatch")
        raise ValidationError({"slug": typed})
    with _changing(tenant):
        if tenant.status != Status.DELETING:
            tenant.suspended_for = tenant.status_reason  # '' for one that is active
            tenant.status, tenant.status_reason = Status.DELETING, f"asked for by {requested_by}"[:200]
            tenant.delete_after = timezone.now() + settings.TENANT_DELETION_GRACE
    _record("deletion_requested", tenant)


def start_export(tenant: Tenant, *, created_by: int) -> Job:
    """Start a job that writes all of the current tenant into one file; see tenants.exports for its result.

    A tenant that is suspended or about to be deleted is exported, too. `created_by` is the id of a Member. Raises
    ValidationError where the tenant is being erased already.
    """
    _refuse_past_grace(tenant)
    with tenant_atomic():
        job = start_job(kind=KIND, task=export, created_by=created_by)
        _record("export_started", tenant)
    return job


def cancel_deletion(tenant: Tenant) -> None:
    """Keep a tenant that was to be deleted: it is active again, or suspended if it was.

    Raises ValidationError where it is not to be deleted, or where it is too late.
    """
    with _changing(tenant):
        if tenant.delete_after is None:
            raise ValidationError("This tenant is not going to be deleted.", code="not_deleting")
        _refuse_past_grace(tenant)
        tenant.status = Status.SUSPENDED if tenant.suspended_for else Status.ACTIVE
        tenant.status_reason, tenant.suspended_for, tenant.delete_after = tenant.suspended_for, "", None
    _record("deletion_cancelled", tenant)


@contextmanager
def _changing(tenant: Tenant) -> Iterator[None]:
    """Look at the tenant's state as it is now, and save what becomes of it, before anybody else may change it."""
    with transaction.atomic():
        tenant.refresh_from_db(fields=STATE, from_queryset=Tenant.objects.select_for_update(no_key=True))
        yield
        tenant.save(update_fields=STATE)


def _refuse_past_grace(tenant: Tenant) -> None:
    if tenant.is_past_grace:
        raise ValidationError("It is too late: the tenant is being deleted.", code="too_late")


def _refuse_deleting(tenant: Tenant) -> None:
    if tenant.status == Status.DELETING:
        raise ValidationError(f"'{tenant.slug}' is being deleted. Cancel that first.", code="deleting")


def _record(what: str, tenant: Tenant, changes: Changes | None = None) -> None:
    record(f"tenant.{what}", target=tenant.pk, label=tenant.name, changes=changes, tenant=tenant)
