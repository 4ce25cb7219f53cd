"""An import by real workers in processes of their own, one of which is killed in the middle."""

from django.core.files.base import ContentFile

from config.celery import app
from contacts.models import Contact
from contacts.services import start_import
from contacts.tasks import import_contacts
from jobs.models import Job
from jobs.tests.worker import kill, wait_until
from subscriptions.entitlements import override
from subscriptions.plans import CONTACTS
from subscriptions.services import account_of
from tenants.context import tenant_context

ROWS = 20_000


def file_of(rows):
    lines = "\n".join(f"Person {n},person{n}@x.test" for n in range(rows))
    return ContentFile(f"name,email\n{lines}\nBad,\nAgain,PERSON0@x.test".encode(), "contacts.csv")


def test_a_killed_worker_leaves_nothing_undone_and_nothing_done_twice(committed_db, start_worker, tmp_path):
    override(account_of(committed_db.acme), key=CONTACTS, value=None, reason="a test", expires_at=None)
    with tenant_context(committed_db.globex):
        stray = Job.objects.create(kind="contacts.import")
    app.send_task(import_contacts.name, [str(stray.pk)])  # as nobody of us does: no header says for whom
    with tenant_context(committed_db.acme):
        job = start_import(file=file_of(ROWS), created_by=None)
        first = start_worker()
        wait_until(lambda: Job.objects.get(pk=job.pk).checkpoint.get("batches", 0) >= 2, first)
        kill(first)
        job.refresh_from_db()
        assert (job.status, job.result) == ("running", None)
        assert job.checkpoint["created"] == Contact.objects.count() < ROWS

        second = start_worker()
        wait_until(lambda: Job.objects.get(pk=job.pk).has_ended, second)
        job.refresh_from_db()
        assert (job.status, job.error, job.attempts) == ("succeeded", None, 0)
        assert (job.result["created"], job.result["duplicates"], job.result["failed"]) == (ROWS, 1, 1)
        assert job.result["errors"] == [{"line": ROWS + 2, "reason": "The email is missing."}]
        assert Contact.objects.count() == ROWS
    with tenant_context(committed_db.globex):
        assert Job.objects.get().status == "queued"
        assert not Contact.objects.exists()
    assert f"The task {import_contacts.name}, whose message names no tenant" in (tmp_path / "worker.log").read_text()
