"""A request that comes twice is carried out once, and nobody gets another's answer."""

from datetime import timedelta
from threading import Event, Thread
from typing import Any

import pytest
from celery import current_app
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.api_keys import create_api_key
from accounts.tests.browser import with_bearer
from contacts.models import Contact
from contacts.permissions import READ, WRITE
from contacts.views import ContactViewSet
from idempotency import services
from idempotency.models import Answer
from jobs.models import Job
from tenants.context import tenant_context
from tenants.models import Membership, Role, Tenant
from tenants.services import add_member

HOST = "acme.localhost"
URL = "/api/v1/contacts"
ANN = {"name": "Ann Lee", "email": "ann@lee.test"}
KEY = "8e03978e-40d5-43dd-bc93-6894a57f9324"


def send(client: APIClient, body: Any = None, key: str = KEY, url: str = URL) -> Any:
    return client.post(url, ANN if body is None else body, headers={"idempotency-key": key})


def contacts_of(tenant: Tenant) -> list[str]:
    with tenant_context(tenant):
        return sorted(Contact.objects.values_list("name", flat=True))


@pytest.fixture
def client(db, login, alice) -> APIClient:
    return login(alice, HOST)


def test_it_is_carried_out_once_and_answered_the_same_way_again(client, acme) -> None:
    first, again = send(client), send(client)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert first.headers["ETag"] == again.headers["ETag"]
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert contacts_of(acme) == ["Ann Lee"]


def test_the_order_of_names_does_not_matter(client, acme) -> None:
    send(client)
    assert send(client, dict(reversed(ANN.items()))).status_code == 201


def test_the_answer_is_what_it_was(client, acme) -> None:
    first = send(client)
    client.patch(f"{URL}/{first.json()['id']}", {"name": "Ann Li"})
    assert send(client).json()["name"] == "Ann Lee"
    client.delete(f"{URL}/{first.json()['id']}")
    assert send(client).content == first.content
    assert contacts_of(acme) == []


def test_the_key_of_another_request_is_refused(client, acme) -> None:
    send(client)
    answer = send(client, {"name": "Bo", "email": "bo@lee.test"})
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert answer.json()["detail"] == "This Idempotency-Key was used for another request. Use a new one for each."
    file = {"file": SimpleUploadedFile("people.csv", b"name,email\n")}
    elsewhere = client.post(f"{URL}/import", file, format="multipart", headers={"idempotency-key": KEY})
    assert elsewhere.status_code == 422
    assert contacts_of(acme) == ["Ann Lee"]


def test_without_a_key_each_is_carried_out(client, acme) -> None:
    assert client.post(URL, ANN).status_code == 201
    assert client.post(URL, ANN | {"email": "other@lee.test"}).status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 256, "ä", "a\tb"])
def test_a_key_that_is_none(key, client, acme) -> None:
    answer = send(client, key=key)
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_invalid")
    assert contacts_of(acme) == []


def test_a_key_may_be_as_long_as_that(client) -> None:
    assert send(client, key="x" * 255).status_code == 201


def test_an_error_is_not_remembered(client, acme) -> None:
    assert send(client, {"name": "Ann Lee"}).status_code == 400
    assert send(client).status_code == 201
    assert contacts_of(acme) == ["Ann Lee"]


def test_another_members_key_is_another(client, login, acme, bob) -> None:
    send(client)
    answer = send(login(bob, HOST))
    assert (answer.status_code, answer.json()["code"]) == (400, "validation_error")  # the email is taken
    assert send(login(bob, HOST), {"name": "Bo", "email": "bo@lee.test"}).status_code == 201


def test_another_tenants_is_too_even_the_same_persons(client, login, alice, acme, globex) -> None:
    add_member(tenant=globex, user=alice, role=Role.MEMBER)
    first = send(client)
    there = send(login(alice, "globex.localhost"))
    assert there.status_code == 201
    assert "Idempotency-Replayed" not in there.headers
    assert there.json()["id"] != first.json()["id"]
    assert contacts_of(globex) == ["Ann Lee"]


def test_an_api_key_asks_for_its_member(client, alice, acme) -> None:
    membership = Membership.objects.get(user=alice, tenant=acme)
    program = with_bearer(create_api_key(membership, name="Sync", scopes=[WRITE], by={READ, WRITE})[1], HOST)
    assert send(program).content == send(client).content


def test_who_may_not_ask_any_more_gets_no_old_answer(client, alice, acme) -> None:
    send(client)
    Membership.objects.filter(user=alice, tenant=acme).update(role=Role.VIEWER)
    assert send(client).status_code == 403


def test_an_import_is_started_once(client, acme) -> None:
    def start(content: bytes) -> Any:
        file = {"file": SimpleUploadedFile("people.csv", content)}
        return client.post(f"{URL}/import", file, format="multipart", headers={"idempotency-key": KEY})

    first, again = start(b"name,email\nAnn,ann@lee.test\n"), start(b"name,email\nAnn,ann@lee.test\n")
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json() == again.json()
    for header in ("Location", "Retry-After"):
        assert again.headers[header] == first.headers[header]
    assert start(b"name,email\nBo,bo@lee.test\n").status_code == 422
    with tenant_context(acme):
        assert Job.objects.count() == 1


def test_after_a_day_it_is_forgotten(client, acme, globex) -> None:
    send(client)
    with tenant_context(acme):
        Answer.objects.update(created_at=timezone.now() - services.LIFETIME - timedelta(seconds=1))
    answer = send(client, {"name": "Bo", "email": "bo@lee.test"})
    assert answer.status_code == 201
    assert send(client, {"name": "Bo", "email": "bo@lee.test"}).content == answer.content


def test_old_answers_are_removed(client, acme) -> None:
    send(client)
    send(client, {"name": "Bo", "email": "bo@lee.test"}, key="another")
    with tenant_context(acme):
        Answer.objects.filter(key=KEY).update(created_at=timezone.now() - services.LIFETIME - timedelta(seconds=1))
        assert services.forget_old() == 1
        assert Answer.objects.get().key == "another"


def test_each_night_that_happens_in_every_tenant(client, acme) -> None:
    send(client)
    with tenant_context(acme):
        Answer.objects.update(created_at=timezone.now() - 2 * services.LIFETIME)
    current_app.loader.import_default_modules()  # as a worker does
    nightly = settings.CELERY_BEAT_SCHEDULE["forget-old-answers"]
    assert current_app.tasks[nightly["task"]].delay(*nightly["args"]).get() == 2
    with tenant_context(acme):
        assert not Answer.objects.exists()


def test_what_breaks_before_the_end_has_made_nothing(committed_db, login, monkeypatch) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("the line is cut")

    client = login(committed_db.alice, HOST)
    client.raise_request_exception = False
    with monkeypatch.context() as patched:
        patched.setattr(services, "_remember", fail)
        assert send(client).status_code == 500
    assert contacts_of(committed_db.acme) == []
    assert send(client).status_code == 201
    assert contacts_of(committed_db.acme) == ["Ann Lee"]


def test_while_one_is_carried_out_another_has_to_wait(committed_db, login, monkeypatch) -> None:
    begun, go_on = Event(), Event()
    usual, client = ContactViewSet.perform_create, login(committed_db.alice, HOST)
    answers: list[Any] = []

    def slow(self: ContactViewSet, serializer: Any) -> None:
        begun.set()
        assert go_on.wait(20)
        usual(self, serializer)

    def ask() -> None:
        try:
            answers.append(send(login(committed_db.alice, HOST)))
        finally:
            connections.close_all()

    monkeypatch.setattr(ContactViewSet, "perform_create", slow)
    thread = Thread(target=ask)
    thread.start()
    assert begun.wait(20)
    meanwhile = send(client)
    go_on.set()
    thread.join(20)
    assert (meanwhile.status_code, meanwhile.json()["code"]) == (409, "idempotency_in_progress")
    assert meanwhile.headers["Retry-After"] == "1"
    assert answers[0].status_code == 201
    assert send(client).content == answers[0].content
    assert contacts_of(committed_db.acme) == ["Ann Lee"]
