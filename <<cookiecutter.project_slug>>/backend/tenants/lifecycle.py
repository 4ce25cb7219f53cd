"""What happens to a tenant between its making and its end: suspended, renamed, about to be deleted, kept after all."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from .models import Status, Tenant
from .services import validate_slug


def suspend_tenant(tenant: Tenant, *, reason: str) -> None:
    """Answer no more requests and let tasks wait; rows and files stay. The reason is for operators.

    Raises ValidationError where the tenant is being deleted.
    """
    _refuse_deleting(tenant)
    tenant.status, tenant.status_reason = Status.SUSPENDED, reason
    _save(tenant)


def reactivate_tenant(tenant: Tenant) -> None:
    """Open a suspended tenant again. Raises ValidationError where it is being deleted, which is cancelled instead."""
    _refuse_deleting(tenant)
    _activate(tenant)


def rename_tenant(tenant: Tenant, *, slug: str) -> None:
    """Give the tenant another subdomain. It can be reached at the old one no more; logins go on at the new one.

    Raises ValidationError for a slug that is taken, reserved or malformed.
    """
    validate_slug(slug)
    tenant.slug = slug
    try:
        tenant.full_clean()
    except ValidationError:
        tenant.refresh_from_db(fields=["slug"])
        raise
    tenant.save(update_fields=["slug"])


def request_deletion(tenant: Tenant, *, slug: str, requested_by: str) -> None:
    """Close the tenant, to be erased after settings.TENANT_DELETION_GRACE. Asked again, it changes nothing.

    `slug` is what the person typed to show that they mean this tenant; ValidationError where it is another.
    """
    if slug != tenant.slug:
        raise ValidationError({"slug": f"Type '{tenant.slug}' to show that you mean this tenant."}, code="mismatch")
    if tenant.status != Status.DELETING:
        tenant.status, tenant.status_reason = Status.DELETING, f"asked for by {requested_by}"[:200]
        tenant.delete_after = timezone.now() + settings.TENANT_DELETION_GRACE
        _save(tenant)


def cancel_deletion(tenant: Tenant) -> None:
    """Keep a tenant that was to be deleted. Raises ValidationError where it is not, or where it is too late."""
    if tenant.status != Status.DELETING:
        raise ValidationError("This tenant is not going to be deleted.", code="not_deleting")
    kept = Tenant.objects.filter(pk=tenant.pk, status=Status.DELETING, delete_after__gt=timezone.now()).update(
        status=Status.ACTIVE, status_reason="", delete_after=None
    )
    if not kept:
        raise ValidationError("It is too late: the tenant is being deleted.", code="too_late")
    tenant.refresh_from_db(fields=["status", "status_reason", "delete_after"])


def _activate(tenant: Tenant) -> None:
    tenant.status, tenant.status_reason, tenant.delete_after = Status.ACTIVE, "", None
    _save(tenant)


def _save(tenant: Tenant) -> None:
    tenant.save(update_fields=["status", "status_reason", "delete_after"])


def _refuse_deleting(tenant: Tenant) -> None:
    if tenant.status == Status.DELETING:
        raise ValidationError(f"'{tenant.slug}' is being deleted. Cancel that first.", code="deleting")
