"""Groups, chains, chords, retries and the schedule with a real worker: what a task sets off belongs to its tenant."""

from celery import chain, chord, group

from config.celery import app
from jobs.models import Job
from jobs.tasks import fan_out
from jobs.tests.canvas import fail, gather, note, note_at_the_second_try, note_failure
from jobs.tests.worker import wait_until
from tenants.context import tenant_context

ACMES = {
    "in a group 1", "in a group 2",
    "in a chain 1", "in a chain 2",
    "part 1", "part 2", "part 1 and part 2",
    "mapped 1", "mapped 2",
    "tried again", "failed: ZeroDivisionError",
    "at midnight",
}  # fmt: skip


def kinds(tenant):
    with tenant_context(tenant):
        return sorted(Job.objects.values_list("kind", flat=True))


def test_what_a_task_sets_off_belongs_to_its_tenant(committed_db, start_worker, tmp_path):
    acme, globex = committed_db.acme, committed_db.globex
    with tenant_context(acme):
        group(note.s("in a group 1"), note.s("in a group 2")).apply_async()
        chain(note.si("in a chain 1"), note.si("in a chain 2")).apply_async()
        chord([note.s("part 1"), note.s("part 2")])(gather.s())
        note.map(["mapped 1", "mapped 2"]).apply_async()
        note_at_the_second_try.delay("tried again")
        fail.apply_async(link_error=note_failure.s())
    app.send_task(note.name, ["for nobody"])
    app.send_task(note.name, ["for somebody who is gone"], headers={"tenant_id": 999_999_999})
    fan_out.delay(note.name, ["at midnight"])

    worker = start_worker()
    wait_until(lambda: len(kinds(acme)) >= len(ACMES) and kinds(globex), worker)
    assert kinds(acme) == sorted(ACMES)
    assert kinds(globex) == ["at midnight"]
    log = (tmp_path / "worker.log").read_text()
    assert f"The task {note.name}, whose message names no tenant, needs a tenant" in log
    assert "There is no tenant with the id 999999999" in log
