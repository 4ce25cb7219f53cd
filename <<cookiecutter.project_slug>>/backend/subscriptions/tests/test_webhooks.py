"""What the provider has signed is stored once; nothing else is stored at all."""

import json
import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier, Thread

import pytest
from django.db import connection, connections
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import User
from subscriptions.gateway import PROVIDER
from subscriptions.models import WebhookEvent
from subscriptions.views import MAX_BODY

from .signing import SECRET, SECRETS_SETTING, TIME, event_body, signed

URL = f"/webhooks/{PROVIDER}"


@pytest.fixture(autouse=True)
def _secret(settings: Settings) -> None:
    setattr(settings, SECRETS_SETTING, [SECRET])


def deliver(body: bytes, headers: dict[str, str]) -> HttpResponse:
    """As a provider does: no cookie, no CSRF token."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    return client.post(URL, body, content_type="application/json", headers={"host": "localhost"} | headers)


def stored() -> list[str]:
    return list(WebhookEvent.objects.order_by("event_id").values_list("event_id", flat=True))


@pytest.mark.django_db
def test_an_event_is_stored() -> None:
    body = event_body("evt_1")
    answer = deliver(body, signed(body, "evt_1"))
    assert (answer.status_code, answer.content) == (200, b"")
    event = WebhookEvent.objects.get()
    assert (event.provider, event.event_id, event.state) == (PROVIDER, "evt_1", "ignored")
    assert event.created == datetime.fromtimestamp(TIME, UTC)
    assert event.type in body.decode()
    assert event.payload == json.loads(body)


@pytest.mark.django_db
def test_a_second_delivery_changes_nothing() -> None:
    body = event_body("evt_1")
    assert deliver(body, signed(body, "evt_1")).status_code == 200
    first = WebhookEvent.objects.values().get()
    assert deliver(body, signed(body, "evt_1")).status_code == 200
    assert WebhookEvent.objects.values().get() == first


@pytest.mark.django_db
def test_different_events_are_all_stored() -> None:
    for name in ("evt_1", "evt_2", "evt_3"):
        body = event_body(name)
        deliver(body, signed(body, name))
    assert stored() == ["evt_1", "evt_2", "evt_3"]


@pytest.mark.usefixtures("committed_db")
def test_deliveries_at_the_same_moment_store_one() -> None:
    body = event_body("evt_1")
    start = Barrier(8)

    def at_once(_: int) -> int:
        start.wait()
        try:
            return deliver(body, signed(body, "evt_1")).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(at_once, range(8))) == [200] * 8
    assert stored() == ["evt_1"]


@pytest.mark.django_db
def test_a_forged_delivery_is_refused_and_not_stored(caplog: pytest.LogCaptureFixture) -> None:
    body = event_body("evt_1")
    answer = deliver(body, signed(body, "evt_1", secret="guessed"))
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem.pop("request_id") == answer.headers["X-Request-ID"]
    assert problem == {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": "The signature or the event is not valid.",
        "instance": URL,
        "code": "webhook_refused",
        "errors": [],
    }
    assert stored() == []
    [line] = [record for record in caplog.records if record.name == "subscriptions.views"]
    assert line.levelno == logging.WARNING
    assert f"The signature fits none of {SECRETS_SETTING}" in line.getMessage()
    assert "sub_1" not in caplog.text


@pytest.mark.django_db
@pytest.mark.parametrize("secrets", [[], [""], [" "]])
def test_without_a_secret_nothing_is_accepted(
    secrets: list[str], settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    setattr(settings, SECRETS_SETTING, secrets)
    body = event_body("evt_1")
    for secret in ("", " ", SECRET):
        assert deliver(body, signed(body, "evt_1", secret=secret)).status_code == 400
    assert stored() == []
    assert f"Set {SECRETS_SETTING}; without a secret no event can be accepted." in caplog.text


@pytest.mark.django_db
def test_the_secret_before_the_last_still_works(settings: Settings) -> None:
    setattr(settings, SECRETS_SETTING, ["the new one", SECRET])
    for name, secret in (("evt_1", SECRET), ("evt_2", "the new one")):
        body = event_body(name)
        assert deliver(body, signed(body, name, secret=secret)).status_code == 200
    assert stored() == ["evt_1", "evt_2"]


@pytest.mark.django_db
def test_only_so_much_is_read() -> None:
    fits = event_body("evt_1", padding="")
    fits = event_body("evt_1", padding="x" * (MAX_BODY - len(fits)))
    assert len(fits) == MAX_BODY
    assert deliver(fits, signed(fits, "evt_1")).status_code == 200
    too_large = event_body("evt_2", padding="x" * MAX_BODY)
    answer = deliver(too_large, signed(too_large, "evt_2"))
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert stored() == ["evt_1"]


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
def test_only_posts_are_answered(method: str) -> None:
    answer = Client().generic(method, URL, headers={"host": "localhost"})
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


@pytest.mark.django_db
def test_text_that_the_database_refuses_is_stored_without_it() -> None:
    body = event_body("evt_1").replace(b"sub_1", rb"a\u0000b\ud83dc\ud83d\ude00")
    assert deliver(body, signed(body, "evt_1")).status_code == 200
    event = WebhookEvent.objects.get()
    assert "ab?c😀" in json.dumps(event.payload, ensure_ascii=False)


def test_without_the_database_the_provider_has_to_try_again(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    body = event_body("evt_1")
    answers: list[HttpResponse] = []
    with monkeypatch.context() as patch:
        patch.setitem(connections.settings["default"], "PORT", 1)
        thread = Thread(target=lambda: answers.append(deliver(body, signed(body, "evt_1"))))
        thread.start()
        thread.join()
    assert (answers[0].status_code, answers[0].json()["code"]) == (500, "server_error")
    assert stored() == []


@pytest.mark.django_db
def test_the_database_itself_refuses_a_second_row() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT array_agg(attname ORDER BY attname) FROM pg_index JOIN pg_attribute "
            "ON attrelid = indrelid AND attnum = ANY (indkey) "
            "WHERE indexrelid = 'webhook_event_once'::regclass AND indisunique"
        )
        assert cursor.fetchone() == (["event_id", "provider"],)


@pytest.mark.django_db
def test_staff_may_look_at_events_and_not_touch_them(alice: User) -> None:
    client = Client(headers={"host": "localhost"})
    body = event_body("evt_1")
    deliver(body, signed(body, "evt_1"))
    User.objects.filter(pk=alice.pk).update(is_staff=True, is_superuser=True)
    client.force_login(User.objects.get(pk=alice.pk))
    pages = {name: reverse(f"admin:subscriptions_webhookevent_{name}") for name in ("changelist", "add")}
    pages |= {
        name: reverse(f"admin:subscriptions_webhookevent_{name}", args=[WebhookEvent.objects.get().pk])
        for name in ("change", "delete")
    }
    assert {name: client.get(page).status_code for name, page in pages.items()} == {
        "changelist": 200,
        "add": 403,
        "change": 200,
        "delete": 403,
    }
    assert client.post(pages["change"], {"type": "other"}).status_code == 403
