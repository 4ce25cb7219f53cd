"""Importing contacts, batch by batch, so that a worker may stop anywhere and another one goes on."""

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from core.ids import uuid7
from jobs.models import Job
from jobs.services import job_step, report_progress
from tenants.context import current_tenant
from tenants.isolation.databases import alias_of

from .limits import contacts_left
from .models import Contact
from .sheets import COLUMNS, BadRow, Row, Sheet

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
    contacts, lines, errors = _read(sheet, rows)
    with job_step(job.pk) as current:
        checkpoint = NOTHING_YET | current.checkpoint
        if checkpoint["batches"] >= number:
            return  # another delivery of the same task was here first
        room = contacts_left()
        too_many = [] if room is None else lines[room:]
        errors += [{"line": line, "reason": "Your plan has no room for more contacts."} for line in too_many]
        contacts = contacts[: len(contacts) - len(too_many)]
        created = _insert(contacts, job.created_by_id)
        current.checkpoint = {
            "batches": number,
            "created": checkpoint["created"] + created,
            "duplicates": checkpoint["duplicates"] + len(contacts) - created,
            "failed": checkpoint["failed"] + len(errors),
            "errors": (checkpoint["errors"] + errors)[:MAX_ERRORS],
        }
        report_progress(current, min(number * BATCH_SIZE, total), total)


def _read(sheet: Sheet, rows: list[Row]) -> tuple[list[dict[str, str]], list[int], list[dict[str, Any]]]:
    """The contacts in the rows and the lines that they stand in, and what is wrong in others."""
    contacts, lines, errors = [], [], []
    for row in rows:
        try:
            contacts.append({"id": str(uuid7()), **sheet.contact(row)})
            lines.append(row.line)
        except BadRow as error:
            errors.append({"line": row.line, "reason": str(error)})
    return contacts, lines, errors


def _insert(contacts: list[dict[str, str]], created_by: int | None) -> int:
    """Insert those that are new, and tell how many. Whether an email is taken, by a row above too, PostgreSQL decides.

    All rows travel as one JSON value. `bulk_create` needs three times as long for its instances and parameters, and
    cannot tell how many rows were new.
    """
    connection = connections[alias_of(current_tenant())]
    same = _same_in_all_rows(Contact(created_by_id=created_by), connection)
    columns = ["id", *COLUMNS, *same]
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO {Contact._meta.db_table} ({", ".join(columns)})
            SELECT {", ".join(["id", *COLUMNS] + ["%s"] * len(same))}
            FROM json_to_recordset(%s) AS sheet (id uuid, {", ".join(f"{column} text" for column in COLUMNS)})
            ON CONFLICT DO NOTHING
            """,  # noqa: S608  (names of columns, no values)
            [*same.values(), json.dumps(contacts)],
        )
        return int(cursor.rowcount)


def _same_in_all_rows(contact: Contact, connection: BaseDatabaseWrapper) -> dict[str, Any]:
    """The columns that the file does not give, with what Django would save in them."""
    fields = [field for field in contact._meta.concrete_fields if field.name not in ("id", *COLUMNS)]
    values = [field.get_db_prep_save(field.pre_save(contact, True), connection) for field in fields]
    return dict(zip((str(field.column) for field in fields), values, strict=True))
