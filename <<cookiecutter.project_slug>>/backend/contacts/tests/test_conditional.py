"""Of two who change one contact neither undoes what the other has done."""

from threading import Event, Thread
from typing import Any

import pytest
from rest_framework.test import APIClient

from contacts.models import Contact
from contacts.views import ContactViewSet
from tenants.context import tenant_context

HOST = "acme.localhost"
ANN = {"name": "Ann Lee", "email": "ann@lee.test"}


@pytest.fixture
def client(db, login, alice) -> APIClient:
    return login(alice, HOST)


@pytest.fixture
def made(client) -> Any:
    answer = client.post("/api/v1/contacts", ANN)
    assert answer.status_code == 201
    return answer


@pytest.fixture
def path(made) -> str:
    return f"/api/v1/contacts/{made.json()['id']}"


def change(client: APIClient, path: str, etag: str, **values: str) -> Any:
    return client.patch(path, values, headers={"if-match": etag})


def test_the_tag_is_the_same_wherever_the_contact_is_shown(client, made, path) -> None:
    assert client.get(path).headers["ETag"] == made.headers["ETag"]
    changed = client.patch(path, {"phone": "1"})
    assert changed.headers["ETag"] != made.headers["ETag"]
    assert client.get(path).headers["ETag"] == changed.headers["ETag"]


def test_what_one_has_already_is_not_sent(client, made, path) -> None:
    answer = client.get(path, headers={"if-none-match": made.headers["ETag"]})
    assert (answer.status_code, answer.content) == (304, b"")
    client.patch(path, {"phone": "1"})
    assert client.get(path, headers={"if-none-match": made.headers["ETag"]}).status_code == 200


def test_nor_is_a_list(client, made) -> None:
    etag = client.get("/api/v1/contacts").headers["ETag"]
    assert client.get("/api/v1/contacts", headers={"if-none-match": etag}).status_code == 304
    client.post("/api/v1/contacts", {"name": "Bo", "email": "bo@lee.test"})
    assert client.get("/api/v1/contacts", headers={"if-none-match": etag}).status_code == 200


def test_who_has_read_the_newest_changes_it(client, made, path) -> None:
    first = change(client, path, made.headers["ETag"], phone="1")
    assert (first.status_code, first.json()["phone"]) == (200, "1")
    assert change(client, path, first.headers["ETag"], phone="2").status_code == 200


@pytest.mark.parametrize("method", ["patch", "put", "delete"])
def test_who_has_not_changes_nothing(method, client, made, path) -> None:
    client.patch(path, {"phone": "theirs"})
    answer = getattr(client, method)(path, ANN | {"phone": "mine"}, headers={"if-match": made.headers["ETag"]})
    assert (answer.status_code, answer.json()["code"]) == (412, "precondition_failed")
    assert answer.json()["detail"] == "This has been changed meanwhile. Read it again, and send along its new ETag."
    assert client.get(path).json()["phone"] == "theirs"


def test_the_newest_is_removed(client, made, path) -> None:
    assert client.delete(path, headers={"if-match": made.headers["ETag"]}).status_code == 204
    assert client.get(path).status_code == 404


def test_one_tag_of_several_is_enough_also_made_weak_by_a_proxy(client, made, path) -> None:
    assert change(client, path, f'"another", W/{made.headers["ETag"]}', phone="1").status_code == 200


def test_any_will_do(client, path) -> None:
    assert change(client, path, "*", phone="1").status_code == 200


def test_what_is_no_tag_matches_nothing(client, path) -> None:
    assert change(client, path, "nonsense", phone="1").status_code == 412


def test_who_does_not_ask_changes_it_all_the_same(client, made, path) -> None:
    client.patch(path, {"phone": "theirs"})
    assert client.patch(path, {"phone": "mine"}).status_code == 200


def test_a_contact_that_is_not_there_is_not_found(client) -> None:
    assert change(client, "/api/v1/contacts/019abf5c-7a41-7c3e-9d1f-0e5a4c2b8f10", '"x"').status_code == 404


def test_of_two_at_once_one_is_refused(committed_db, login, monkeypatch) -> None:
    """Both have read the same; the second compares while the first has compared and not changed yet."""
    client = login(committed_db.alice, HOST)
    made = client.post("/api/v1/contacts", ANN)
    path, etag = f"/api/v1/contacts/{made.json()['id']}", made.headers["ETag"]
    compared, go_on = Event(), Event()
    usual = ContactViewSet.perform_update

    def slow(self: ContactViewSet, serializer: Any) -> None:
        compared.set()
        assert go_on.wait(20)
        usual(self, serializer)

    outcomes: list[int] = []

    def ask(phone: str) -> None:
        from django.db import connections

        outcomes.append(change(login(committed_db.alice, HOST), path, etag, phone=phone).status_code)
        connections.close_all()

    monkeypatch.setattr(ContactViewSet, "perform_update", slow)
    threads = [Thread(target=ask, args=(phone,)) for phone in ("1", "2")]
    threads[0].start()
    assert compared.wait(20)
    threads[1].start()
    threads[1].join(1)
    assert outcomes == []
    go_on.set()
    for thread in threads:
        thread.join(20)
    assert sorted(outcomes) == [200, 412]
    with tenant_context(committed_db.acme):
        assert Contact.objects.count() == 1
