"""A tenant's export for its owners: a file in the tenant's own storage, and a link to it that ends after a while."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile
from threading import Event, Thread
from typing import IO, Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.core.signing import TimestampSigner
from django.db import Error, connections, transaction
from django.urls import reverse
from django.utils import timezone

from jobs.models import Job
from jobs.services import PROGRESS_INTERVAL, JobFailed, show_progress

from .archive import EXPORTS, export_tenant
from .context import current_tenant, tenant_context
from .files import own_files
from .models import Tenant

KIND = "tenants.export"
SALT = "tenants.exports"

log = logging.getLogger(__name__)


def write_export(job: Job) -> dict[str, Any]:
    """Do the job: put everything of the current tenant into one file, and say where it is and until when."""
    tenant = current_tenant()
    with TemporaryFile() as target:
        with _shown(job) as progress:
            export_tenant(tenant, target, progress)
        size = target.tell()
        name = _keep(tenant, f"{EXPORTS}/{job.pk}.zip", target)
    show_progress(job.pk, progress.done, progress.total)
    expires_at = timezone.now() + settings.TENANT_EXPORT_LIFETIME
    return {"size": size, "url": link_to(name), "expires_at": expires_at.isoformat()}


def link_to(name: str) -> str:
    """The path where an owner of the current tenant can download that file of it, from now on and not for long."""
    signature = TimestampSigner(salt=SALT).sign_object([current_tenant().pk, name])
    return f"{reverse('export-file')}?{urlencode({'signature': signature})}"


def open_export(signature: str) -> File[Any]:
    """The file that a link leads to. Whoever calls this has asked whether an owner wants it.

    Raises SignatureExpired, BadSignature for a link that is not ours, and FileNotFoundError where the file is another
    tenant's or has been removed.
    """
    signer = TimestampSigner(salt=SALT)
    tenant_id, name = signer.unsign_object(signature, max_age=settings.TENANT_EXPORT_LIFETIME)
    if tenant_id != current_tenant().pk:
        raise FileNotFoundError(name)
    return default_storage.open(name)


def remove_expired() -> int:
    """Remove the current tenant's exports that no link leads to any more, and say how many that were."""
    oldest = timezone.now() - settings.TENANT_EXPORT_LIFETIME
    expired = [name for name in own_files(EXPORTS) if default_storage.get_modified_time(name) < oldest]
    for name in expired:
        default_storage.delete(name)
    return len(expired)


def _keep(tenant: Tenant, name: str, content: IO[bytes]) -> str:
    """Save the file, unless the tenant is being erased. That waits for this, and so finds the file."""
    with transaction.atomic():
        state = Tenant.objects.select_for_update(no_key=True).filter(pk=tenant.pk).first()
        if state is None or state.is_past_grace:
            raise JobFailed("too_late", "It is too late: the tenant is being deleted.")
        content.seek(0)
        return default_storage.save(name, File(content))


class _Progress:
    """Notes how far the export is."""

    def __init__(self) -> None:
        self.done, self.total = 0, 0

    def __call__(self, done: int, total: int) -> None:
        self.done, self.total = done, total


@contextmanager
def _shown(job: Job) -> Iterator[_Progress]:
    """Gives what takes the progress, which a thread shows: the connection of the export itself only reads."""
    progress, ended = _Progress(), Event()

    @tenant_context(current_tenant())
    def show() -> None:
        try:
            while not ended.wait(PROGRESS_INTERVAL.total_seconds()):
                show_progress(job.pk, progress.done, progress.total)
        except Error:
            log.exception("The progress of %s cannot be shown", job)
        finally:
            connections.close_all()

    thread = Thread(target=show, name="export-progress")
    thread.start()
    try:
        yield progress
    finally:
        ended.set()
        thread.join()
