"""Importing contacts, batch by batch, so that a worker may stop anywhere and another one goes on."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from jobs.models import Job
from jobs.services import job_step, report_progress

from .models import Contact
from .sheets import BadRow, Row, Sheet

BATCH_SIZE = 1_000
MAX_ERRORS = 1_000
"""Errors that are kept for people to read; all of them are counted."""

NOTHING_YET = {"batches": 0, "created": 0, "duplicates": 0, "failed": 0, "errors": []}


def import_sheet(job: Job) -> dict[str, Any]:
    """Import the file of the job. Gives what was created, was there already, and was wrong in which line.

    Every batch is committed together with the job's checkpoint. Batches are cut at the same rows each time, so one that
    the checkpoint knows is passed over.
    """
    sheet = Sheet(bytes(job.uploads.get().content))
    total = sum(1 for _ in sheet.rows())
    done = job.checkpoint.get("batches", 0)
    for number, rows in enumerate(_batches(sheet.rows()), start=1):
        if number > done:
            _import_batch(job, number, sheet, rows, total)
    job.refresh_from_db(fields=["checkpoint"])
    return {name: value for name, value in job.checkpoint.items() if name != "batches"}


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while batch := list(islice(rows, BATCH_SIZE)):
        yield batch


def _import_batch(job: Job, number: int, sheet: Sheet, rows: list[Row], total: int) -> None:
    contacts, errors = _read(sheet, rows, job.created_by_id)
    with job_step(job.pk) as current:
        checkpoint = NOTHING_YET | current.checkpoint
        if checkpoint["batches"] >= number:
            return  # another delivery of the same task was here first
        created = _insert(contacts)
        current.checkpoint = {
            "batches": number,
            "created": checkpoint["created"] + created,
            "duplicates": checkpoint["duplicates"] + len(contacts) - created,
            "failed": checkpoint["failed"] + len(errors),
            "errors": (checkpoint["errors"] + errors)[:MAX_ERRORS],
        }
        report_progress(current, min(number * BATCH_SIZE, total), total)


def _read(sheet: Sheet, rows: list[Row], created_by: int | None) -> tuple[list[Contact], list[dict[str, Any]]]:
    contacts, errors = [], []
    for row in rows:
        try:
            contacts.append(Contact(created_by_id=created_by, **sheet.contact(row)))
        except BadRow as error:
            errors.append({"line": row.line, "reason": str(error)})
    return contacts, errors


def _insert(contacts: list[Contact]) -> int:
    """How many of them are new. Whether an email is taken, by a row above too, the database decides."""
    Contact.objects.bulk_create(contacts, ignore_conflicts=True)
    return Contact.objects.filter(pk__in=[contact.pk for contact in contacts]).count()
