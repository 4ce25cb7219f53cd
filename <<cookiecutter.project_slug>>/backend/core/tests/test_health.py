"""The probes tell the truth, and do so when nothing else works."""

from collections.abc import Callable
from threading import Thread

import pytest
from django.db import connections
from django.http import HttpResponse as Answer
from django.test import Client
from pytest_django import Settings

CLOSED_PORT = 1


def get(path: str, host: str = "10.1.2.3") -> Answer:
    """As a probe asks: by address."""
    return Client().get(path, headers={"host": host})


@pytest.fixture
def without_database(db: None, monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], None]:
    """Runs a function in a thread of its own, whose connection leads to a closed port."""
    monkeypatch.setitem(connections.settings["default"], "PORT", CLOSED_PORT)

    def run(function: Callable[[], object]) -> None:
        thread = Thread(target=function)
        thread.start()
        thread.join()

    return run


def test_up_needs_no_database(without_database: Callable[[Callable[[], object]], None]) -> None:
    answers: list[Answer] = []
    without_database(lambda: answers.append(get("/healthz")))
    without_database(lambda: answers.append(get("/healthz", host="acme.localhost")))
    assert [(answer.status_code, answer.json()) for answer in answers] == [(200, {"status": "ok"})] * 2
    assert answers[0].headers["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_ready() -> None:
    answer = get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_not_ready_without_redis(settings: Settings) -> None:
    settings.REDIS_URL = f"redis://:hidden@127.0.0.1:{CLOSED_PORT}/0"
    answer = get("/readyz")
    body = answer.json()
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert body.pop("request_id") == answer.headers["X-Request-ID"]
    assert body == {
        "type": "about:blank",
        "title": "Service Unavailable",
        "status": 503,
        "detail": "Not reachable: redis.",
        "instance": "/readyz",
        "code": "not_ready",
        "errors": [],
        "down": ["redis"],
    }


def test_not_ready_without_database(without_database: Callable[[Callable[[], object]], None]) -> None:
    answers: list[Answer] = []
    without_database(lambda: answers.append(get("/readyz")))
    without_database(lambda: answers.append(get("/readyz", host="acme.localhost")))
    assert [(answer.status_code, answer.json()["down"]) for answer in answers] == [(503, ["database"])] * 2


def test_both_are_named(
    without_database: Callable[[Callable[[], object]], None],
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
) -> None:
    settings.REDIS_URL = f"redis://:hidden@127.0.0.1:{CLOSED_PORT}/0"
    answers: list[Answer] = []
    without_database(lambda: answers.append(get("/readyz")))
    assert answers[0].json()["detail"] == "Not reachable: database, redis."
    assert [record.getMessage().split(":")[0] for record in caplog.records if record.name == "core.health"] == [
        "database is not reachable",
        "redis is not reachable",
    ]
    assert "hidden" not in caplog.text
