"""What a tenant that is suspended, renamed or about to be deleted answers, and what is done for it meanwhile."""

import json
from collections.abc import Callable

import pytest
import redis
from celery import shared_task
from celery.exceptions import Retry
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from jobs.tasks import TenantInactive, fan_out
from tenants.context import current_tenant, tenant_context
from tenants.fanout import active_tenants
from tenants.lifecycle import (
    cancel_deletion,
    reactivate_tenant,
    rename_tenant,
    request_deletion,
    suspend_tenant,
)
from tenants.models import Status, Tenant

pytestmark = pytest.mark.django_db

Login = Callable[[User, str], APIClient]
ran: list[str] = []


@shared_task
def run() -> None:
    ran.append(current_tenant().slug)


@pytest.fixture(autouse=True)
def _restored(acme: Tenant):
    """The session's instance is as it was before, like its row."""
    ran.clear()
    before = dict(vars(acme))
    yield
    vars(acme).update(before)


def suspend(tenant: Tenant) -> None:
    suspend_tenant(tenant, reason="unpaid")


def delete(tenant: Tenant) -> None:
    request_deletion(tenant, slug=tenant.slug, requested_by="alice@acme.test")


@pytest.mark.parametrize(("close", "code"), [(suspend, "tenant_suspended"), (delete, "tenant_deleting")])
@pytest.mark.parametrize("host", ["acme.localhost", "localhost"])
def test_a_closed_tenant_says_so_and_whom_to_ask(close, code, host, acme: Tenant, alice: User, login: Login) -> None:
    client = login(alice, host)
    close(acme)
    answer = client.get("/api/v1/contacts")
    assert (answer.status_code, answer.json()["code"]) == (403, code)
    assert ("hello@localhost" if code == "tenant_suspended" else "owners") in answer.json()["detail"]
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("close", [suspend, delete])
def test_people_of_a_closed_tenant_log_in_and_out(close, acme: Tenant, alice: User, login: Login) -> None:
    close(acme)
    client = login(alice, "acme.localhost")
    assert client.get("/api/v1/me").json()["tenant"]["slug"] == "acme"
    assert client.delete("/_allauth/browser/v1/auth/session").status_code == 401


def test_others_are_not_touched(acme: Tenant, charlie: User, login: Login) -> None:
    suspend(acme)
    assert login(charlie, "globex.localhost").get("/api/v1/contacts").status_code == 200


def test_a_reactivated_tenant_answers_again(acme: Tenant, alice: User, login: Login) -> None:
    suspend(acme)
    assert acme.status_reason == "unpaid"
    reactivate_tenant(acme)
    assert (acme.status, acme.status_reason) == (Status.ACTIVE, "")
    assert login(alice, "acme.localhost").get("/api/v1/contacts").status_code == 200


@pytest.mark.parametrize("path", ["/api/v1/members", "/api/v1/tenant/domains", "/api/v1/tenant-notes"])
def test_nothing_else_is_open_by_its_name(path: str, acme: Tenant, alice: User, login: Login) -> None:
    client = login(alice, "acme.localhost")
    suspend(acme)
    assert client.get(path).json()["code"] == "tenant_suspended"


def test_a_tenant_is_suspended_for_a_reason(acme: Tenant) -> None:
    with pytest.raises(ValidationError, match="Say why"):
        suspend_tenant(acme, reason=" ")
    assert acme.is_active


def test_who_was_suspended_is_so_after_a_cancelled_deletion(acme: Tenant) -> None:
    suspend(acme)
    delete(acme)
    assert (acme.status, acme.status_reason) == (Status.DELETING, "asked for by alice@acme.test")
    cancel_deletion(acme)
    acme.refresh_from_db()
    assert (acme.status, acme.status_reason, acme.suspended_for) == (Status.SUSPENDED, "unpaid", "")
    reactivate_tenant(acme)
    delete(acme)
    cancel_deletion(acme)
    assert acme.is_active


def test_a_deletion_goes_by_the_state_of_now(acme: Tenant) -> None:
    """Somebody else has suspended the tenant since it was read."""
    read_before = Tenant.objects.get(pk=acme.pk)
    suspend(acme)
    delete(read_before)
    cancel_deletion(read_before)
    assert Tenant.objects.get(pk=acme.pk).status == Status.SUSPENDED


def test_a_tenant_that_is_being_deleted_is_neither_suspended_nor_reactivated(acme: Tenant) -> None:
    delete(acme)
    with pytest.raises(ValidationError, match="being deleted"):
        suspend(acme)
    with pytest.raises(ValidationError, match="being deleted"):
        reactivate_tenant(acme)


def test_nothing_is_sent_for_closed_tenants(acme: Tenant, globex: Tenant) -> None:
    suspend(acme)
    assert active_tenants() == [globex]
    assert fan_out(run.name) == 1
    assert ran == ["globex"]


def test_a_task_of_a_closed_tenant_does_not_run_at_once(acme: Tenant) -> None:
    suspend(acme)
    with tenant_context(acme), pytest.raises(TenantInactive, match="'acme' is suspended"):
        run.delay()
    assert ran == []


def test_a_task_of_a_closed_tenant_is_sent_again_for_later(acme: Tenant, queues: str) -> None:
    suspend(acme)
    with tenant_context(acme):
        sent = run.apply_async()
    [message] = waiting(queues)
    assert message["headers"]["id"] == sent.id
    headers = {"tenant_id": acme.pk, "request_id": "-"}
    run.push_request(id=sent.id, headers=headers, called_directly=False, args=[], kwargs={}, is_eager=False, retries=2)
    try:
        with pytest.raises(Retry):
            run.__call__()
    finally:
        run.pop_request()
    again = waiting(queues)[0]
    assert (again["headers"]["id"], again["headers"]["tenant_id"]) == (sent.id, acme.pk)
    assert (again["headers"]["retries"], again["headers"]["eta"] is not None) == (2, True)
    assert ran == []


def waiting(queues: str) -> list[dict]:
    """The messages in the queue, the last one first."""
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        return [json.loads(message) for message in client.lrange(f"{queues}celery", 0, -1)]


def test_a_renamed_tenant_lives_at_its_new_address_only(acme: Tenant, alice: User, login: Login) -> None:
    client = login(alice, "localhost")
    rename_tenant(acme, slug="acme-corp")
    assert client.get("/api/v1/contacts", headers={"host": "acme-corp.localhost"}).status_code == 200
    assert client.get("/api/v1/contacts", headers={"host": "acme.localhost"}).json()["code"] == "tenant_unknown"


@pytest.mark.parametrize(
    ("slug", "says"),
    [("globex", "already exists"), ("admin", "kept for the product"), ("-x", "Use 1 to 40")],
)
def test_a_slug_that_cannot_be_is_refused(slug: str, says: str, acme: Tenant) -> None:
    with pytest.raises(ValidationError) as refused:
        rename_tenant(acme, slug=slug)
    assert says in refused.value.messages[0]
    assert acme.slug == Tenant.objects.get(pk=acme.pk).slug == "acme"


def test_deletion_is_asked_for_with_the_slug_and_can_be_cancelled(acme: Tenant) -> None:
    with pytest.raises(ValidationError, match="Type 'acme'"):
        request_deletion(acme, slug="globex", requested_by="alice@acme.test")
    assert acme.is_active
    delete(acme)
    days = acme.delete_after - timezone.now()
    assert 29 <= days.days <= 30
    cancel_deletion(acme)
    assert (acme.status, acme.delete_after) == (Status.ACTIVE, None)
    with pytest.raises(ValidationError, match="not going to be deleted"):
        cancel_deletion(acme)


def test_it_is_too_late_once_the_grace_is_over(acme: Tenant, settings) -> None:
    settings.TENANT_DELETION_GRACE *= 0
    delete(acme)
    with pytest.raises(ValidationError, match="too late"):
        cancel_deletion(acme)
