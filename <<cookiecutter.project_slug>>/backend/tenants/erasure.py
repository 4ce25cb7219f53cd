"""The end of a tenant: its subscription, its files, its place with every row, its domains and memberships, then itself.

Each step may be done twice, and the certificate is begun before the first, so a run that was killed anywhere is
finished by the next. People's accounts stay: they may belong to other tenants.
"""

import hashlib
import json
from datetime import datetime
from typing import Any, NoReturn

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from subscriptions.changes import end_for_good

from .context import tenant_context
from .files import own_files
from .isolation.provisioning import deprovision
from .models import Erasure, Status, Tenant
from .planes import tenant_models
from .transactions import tenant_atomic


class NotDue(Exception):
    """The tenant is not to be erased, or not yet. The message says what to do."""


def erase_tenant(tenant: Tenant, *, requested_by: str, now: bool = False) -> Erasure:
    """Erase a tenant whose grace is over, or `now`, and give the certificate. Raises NotDue.

    Outside of a transaction: what a step has removed stays removed if a later one fails. Where the payment provider
    does not answer, ProviderError, and nothing is removed yet.
    """
    _close(tenant, now)
    erasure = _begin(tenant, requested_by)
    end_for_good(tenant)
    _remove_files(tenant)
    deprovision(tenant)
    return _finish(tenant, erasure)


def certificate(erasure: Erasure) -> dict[str, Any]:
    """What the certificate says. `sha256` is that of the rest, as JSON with sorted keys and no spaces."""
    return {
        "tenant_id": erasure.tenant_id,
        "slug": erasure.slug,
        "requested_by": erasure.requested_by,
        "erased": erasure.counts,
        "started_at": _iso(erasure.started_at),
        "finished_at": _iso(erasure.finished_at),
        "sha256": erasure.sha256,
    }


def digest(erasure: Erasure) -> str:
    """The SHA-256 that the certificate must have."""
    said = {name: value for name, value in certificate(erasure).items() if name != "sha256"}
    return hashlib.sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _refuse(tenant: Tenant) -> NoReturn:
    if tenant.status != Status.DELETING or tenant.delete_after is None:
        raise NotDue(f"Nobody has asked to delete '{tenant.slug}'. To delete it all the same, say --now.")
    raise NotDue(f"'{tenant.slug}' is kept until {_iso(tenant.delete_after)}. To delete it earlier, say --now.")


def _close(tenant: Tenant, now: bool) -> None:
    """From here on nobody writes for the tenant, and nobody can keep it. Raises NotDue.

    One statement asks and closes, so that a deletion which is cancelled meanwhile stays cancelled.
    """
    moment = timezone.now()
    rows = Tenant.objects.filter(pk=tenant.pk)
    due = rows if now else rows.filter(status=Status.DELETING, delete_after__lte=moment)
    closed = due.update(status=Status.DELETING, delete_after=moment)
    tenant.refresh_from_db(fields=["status", "delete_after"])
    if not closed:
        _refuse(tenant)


def _begin(tenant: Tenant, requested_by: str) -> Erasure:
    """The certificate, with counts of what is there before anything is removed."""
    erasure = Erasure.objects.filter(tenant_id=tenant.pk).first()
    if erasure is None:
        erasure = Erasure.objects.create(
            tenant_id=tenant.pk, slug=tenant.slug, requested_by=requested_by, counts=_counts(tenant)
        )
    return erasure


def _counts(tenant: Tenant) -> dict[str, int]:
    with tenant_context(tenant), tenant_atomic():
        rows = {model._meta.label: model._default_manager.count() for model in tenant_models()}
        files = sum(1 for _ in own_files())
    domains, members = tenant.domains.count(), tenant.memberships.count()
    return rows | {"tenants.Domain": domains, "tenants.Membership": members, "files": files}


def _remove_files(tenant: Tenant) -> None:
    with tenant_context(tenant):
        for name in list(own_files()):
            default_storage.delete(name)


def _finish(tenant: Tenant, erasure: Erasure) -> Erasure:
    """Remove the tenant and complete the certificate: both or neither."""
    with transaction.atomic():
        Tenant.objects.filter(pk=tenant.pk).delete()
        erasure.finished_at = timezone.now()
        erasure.sha256 = digest(erasure)
        erasure.save(update_fields=["finished_at", "sha256"])
    return erasure
