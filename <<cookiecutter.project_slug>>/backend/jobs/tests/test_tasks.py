"""Tasks know for whom they work, and do not run when they do not."""

import pytest
from celery import chain, current_app, shared_task
from celery._state import _task_stack
from celery.exceptions import Ignore, NotRegistered, SoftTimeLimitExceeded
from celery.signals import worker_init
from django.conf import settings
from django.db import OperationalError

from config.celery import app, audit
from core.errors import SERVER_ERROR
from core.logging import current_request_id, request_id_variable
from jobs import tasks
from jobs.models import Job
from jobs.services import JobFailed
from jobs.tasks import ControlTask, JobTask, TenantTask, UnknownTenant, fan_out
from tenants.context import TenantMissing, current_tenant, current_tenant_or_none, tenant_context

seen = []


@shared_task
def look(*args):
    seen.append((current_tenant().slug, current_request_id()))
    return args


@shared_task
def look_too():
    seen.append((current_tenant().slug, current_request_id()))


@shared_task(base=ControlTask)
def look_at_all():
    seen.append(current_tenant_or_none())


@shared_task(base=JobTask)
def fail(job_id):
    raise failures.pop(0)


failures = []


@pytest.fixture(autouse=True)
def _nothing_seen():
    seen.clear()
    failures.clear()


def test_every_task_is_a_tenant_task():
    assert isinstance(app.tasks[look.name], TenantTask)
    assert all(isinstance(task, TenantTask | ControlTask) for task in app.tasks.values())


def test_a_worker_that_starts_asks_whether_tenants_are_kept_apart(monkeypatch):
    asked = []
    monkeypatch.setattr("tenants.audit.report", lambda: asked.append(True))
    assert audit in [receiver() for _, receiver in worker_init.receivers]
    audit()
    assert asked == [True]


def test_works_for_the_tenant_and_request_that_sent_it(db, acme, globex):
    token = request_id_variable.set("request-of-acme")
    with tenant_context(acme):
        look.delay()
    request_id_variable.reset(token)
    with tenant_context(globex):
        look.delay()
        assert current_tenant() == globex
    assert seen == [("acme", "request-of-acme"), ("globex", "-")]
    assert current_tenant_or_none() is None


@pytest.mark.parametrize("send", [look.delay, look.apply_async, look.apply])
def test_cannot_be_sent_for_nobody(db, send):
    with pytest.raises(TenantMissing, match=r"Sending the task jobs\.tests\.test_tasks\.look"):
        send()
    assert seen == []


def test_does_not_run_for_nobody(in_acme):
    """As for a message that another program wrote; the tenant that happens to be current does not count."""
    with pytest.raises(TenantMissing, match="whose message names no tenant"):
        look.apply(headers={"request_id": "x"})
    with pytest.raises(TenantMissing, match="whose message names no tenant"):
        look()
    assert seen == []


def test_does_not_run_for_a_tenant_that_is_gone(db):
    with pytest.raises(UnknownTenant, match="no tenant with the id 999999999"):
        look.apply(headers={"tenant_id": 999_999_999})
    assert seen == []


def test_a_task_that_another_one_calls_belongs_to_that_one(db, acme, globex):
    _task_stack.push(app.tasks[look.name])
    look.push_request(headers={"tenant_id": acme.pk}, called_directly=False)
    try:
        with tenant_context(globex):
            look_too()
    finally:
        look.pop_request()
        _task_stack.pop()
    assert seen == [("acme", "-")]


def test_the_schedule_sends_a_task_for_each_tenant(db):
    assert fan_out.delay(look.name, [1]).get() == 2
    assert seen == [("acme", "-"), ("globex", "-")]


def test_the_schedule_does_not_send_what_nobody_knows(db):
    with pytest.raises(NotRegistered):
        fan_out.delay("jobs.tests.test_tasks.nothing")


def test_all_that_is_scheduled_is_there():
    current_app.loader.import_default_modules()  # as a worker does
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        assert {entry["task"], *entry.get("args", [])} <= current_app.tasks.keys()


def test_a_control_task_works_for_nobody(in_acme):
    look_at_all.delay()
    assert seen == [None]
    assert current_tenant() == in_acme


def test_a_chain_stays_with_its_tenant(in_acme):
    chain(look.s(1), look.s(2)).delay()
    assert seen == [("acme", "-"), ("acme", "-")]


def test_what_follows_a_task_belongs_to_its_tenant(db, acme):
    """A worker sends a chain's next task when the one before has left its context."""
    _task_stack.push(app.tasks[look.name])
    look.push_request(headers={"tenant_id": acme.pk})
    try:
        assert look.own_headers()["tenant_id"] == acme.pk
    finally:
        look.pop_request()
        _task_stack.pop()


@pytest.mark.parametrize(
    ("error", "status", "code", "detail"),
    [
        (KeyError("secret"), 500, "server_error", SERVER_ERROR),
        (JobFailed("no_luck", "There was no luck today."), 500, "no_luck", "There was no luck today."),
        (
            SoftTimeLimitExceeded(),
            504,
            "timeout",
            "The job took too long and was stopped. What it had done so far is kept. Try it in smaller parts.",
        ),
    ],
)
def test_a_failure_is_told(in_acme, error, status, code, detail):
    job = Job.objects.create(kind="test")
    failures.append(error)
    with pytest.raises(type(error)):
        fail.apply([str(job.pk)], headers={"tenant_id": in_acme.pk, "request_id": "request-1"})
    job.refresh_from_db()
    assert job.status == "failed"
    assert job.finished_at is not None
    assert job.error == {
        "type": "about:blank",
        "title": {500: "Internal Server Error", 504: "Gateway Timeout"}[status],
        "status": status,
        "detail": detail,
        "instance": f"/api/v1/jobs/{job.pk}",
        "code": code,
        "request_id": "request-1",
        "errors": [],
    }


def test_a_task_that_asks_to_be_left_alone_has_not_failed(in_acme, celery_settings):
    celery_settings(task_eager_propagates=False)
    job = Job.objects.create(kind="test")
    failures.append(Ignore())
    fail.apply([str(job.pk)])
    job.refresh_from_db()
    assert (job.status, failures) == ("queued", [])


def test_a_database_that_is_away_is_waited_for(in_acme, celery_settings):
    celery_settings(task_eager_propagates=False)
    job = Job.objects.create(kind="test")
    failures.extend([OperationalError("away"), OperationalError("away"), JobFailed("done", "It came back.")])
    fail.apply([str(job.pk)])
    job.refresh_from_db()
    assert (job.error["code"], failures) == ("done", [])


def test_a_database_that_is_away_from_the_start_is_waited_for(in_acme, celery_settings, monkeypatch):
    celery_settings(task_eager_propagates=False)
    job = Job.objects.create(kind="test")
    away = [OperationalError("away"), OperationalError("away")]
    find = tasks._tenant
    monkeypatch.setattr(tasks, "_tenant", lambda tenant_id: raise_(away.pop()) if away else find(tenant_id))
    failures.append(JobFailed("done", "It came back."))
    fail.apply([str(job.pk)])
    job.refresh_from_db()
    assert (job.error["code"], away) == ("done", [])


def raise_(error):
    raise error


def test_a_database_that_stays_away_fails_the_job_in_the_end(in_acme, celery_settings):
    celery_settings(task_eager_propagates=False)
    job = Job.objects.create(kind="test")
    failures.extend([OperationalError("away")] * 8)
    fail.apply([str(job.pk)])
    job.refresh_from_db()
    assert (job.error["code"], failures) == ("server_error", [])
