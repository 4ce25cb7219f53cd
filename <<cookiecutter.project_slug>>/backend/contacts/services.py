"""Changing contacts."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError

from jobs.models import Job, Upload
from jobs.services import start_job
from members.audit import changes_in, record
from tenants.transactions import tenant_atomic

from .limits import require_contacts
from .models import Contact
from .sheets import Sheet
from .tasks import import_contacts

MAX_FILE_SIZE = 10 * 1024 * 1024


def create_contact(*, created_by: int | None, **values: Any) -> Contact:
    """Create a contact. `created_by` is the id of a Member.

    Raises ValidationError if the tenant has the email, and PlanRefused if its plan has no room for another.
    """
    contact = Contact(created_by_id=created_by, **values)
    with tenant_atomic():
        require_contacts(more=1)
        _save(contact)
        record("contact.created", target=contact.pk, label=contact.name)
    return contact


def update_contact(contact: Contact, **values: Any) -> Contact:
    """Change these values of a contact and leave the others. Raises ValidationError if another has the email."""
    changes = changes_in(contact, values)
    for name, value in values.items():
        setattr(contact, name, value)
    with tenant_atomic():
        _save(contact, update_fields=[*values, "updated_at"])
        record("contact.changed", target=contact.pk, label=contact.name, changes=changes)
    return contact


def delete_contact(contact: Contact) -> None:
    """Delete a contact."""
    with tenant_atomic():
        record("contact.deleted", target=contact.pk, label=contact.name)
        contact.delete()


def _save(contact: Contact, **options: Any) -> None:
    """The database decides whether the email is taken: asking it beforehand would leave a gap for another request."""
    try:
        with tenant_atomic():
            contact.save(**options)
    except IntegrityError as error:
        if "contact_email" not in str(error):
            raise
        taken = ValidationError("Another contact has this email.", code="unique")
        raise ValidationError({"email": taken}) from error


def start_import(*, file: "UploadedFile[bytes]", created_by: int | None) -> Job:
    """Start the import of a CSV file. Raises ValidationError if it cannot be one; single bad rows are the job's matter.

    The columns `name` and `email` are needed, `phone` and `company` are read if they are there.
    """
    if (file.size or 0) > MAX_FILE_SIZE:
        raise _refusal("too_large", f"The file is larger than {MAX_FILE_SIZE // 2**20} MB. Split it into smaller ones.")
    content = file.read()
    try:
        Sheet(content)
    except ValueError as error:
        raise _refusal("invalid_file", str(error)) from error
    upload = Upload(name=file.name or "", content=content)
    with tenant_atomic():
        job = start_job(kind="contacts.import", task=import_contacts, created_by=created_by, upload=upload)
        record("contact.import_started", target=job.pk, label=upload.name)
    return job


def _refusal(code: str, detail: str) -> ValidationError:
    return ValidationError({"file": ValidationError(detail, code=code)})
