"""The sandbox: where it runs, what it remembers, what it does to webhooks, and what its dashboard shows."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
import requests
from django.conf import settings as own_settings
from django.core.management import call_command
from django.core.management.base import CommandError
from pytest_django import Settings

from subscriptions import clock
from subscriptions.catalogue import sync_catalogue
from subscriptions.gateway import verify_webhook
from subscriptions.sandbox import delivery
from subscriptions.sandbox.app import DAY, Sandbox
from subscriptions.sandbox.delivery import FAULTS
from subscriptions.sandbox.guard import NotHere, check
from subscriptions.sandbox.server import serve
from subscriptions.sandbox.world import World

from .customer import SETTINGS, headers_of
from .signing import event_body

API = "http://127.0.0.1:8000"


# --- Where it runs ---
@pytest.mark.parametrize(
    ("changes", "api", "said"),
    [
        ({"IS_DEVELOPMENT": False}, API, "These are the settings of a deployment"),
        ({"BILLING_SANDBOX_URL": ""}, API, "BILLING_SANDBOX_URL is not set"),
        ({"BILLING_SANDBOX_URL": "http://sandbox.example.com"}, API, "is not on this machine"),
        ({}, "https://api.example.com", "is not on this machine"),
    ],
)
def test_it_runs_nowhere_else(settings: Settings, changes: dict[str, Any], api: str, said: str) -> None:
    settings.IS_DEVELOPMENT, settings.BILLING_SANDBOX_URL = True, "http://127.0.0.1:9"
    check(API)
    for name, value in changes.items():
        setattr(settings, name, value)
    with pytest.raises(NotHere, match=said):
        check(api)


def test_the_command_refuses_a_deployment(settings: Settings) -> None:
    settings.IS_DEVELOPMENT, settings.BILLING_SANDBOX_URL = False, "http://127.0.0.1:9"
    with pytest.raises(CommandError, match="settings of a deployment"):
        call_command("billing_sandbox")


def test_it_listens_on_this_machine_alone(sandbox: Sandbox, settings: Settings) -> None:
    server = serve(sandbox)
    assert server.server_address[0] == "127.0.0.1"
    server.shutdown()
    server.server_close()


# --- What it remembers ---
def test_it_remembers_everything_over_a_restart(tmp_path: Path, settings: Settings) -> None:
    file = tmp_path / "sandbox.json"
    first = World(file)
    with first.held():
        first.add("thing", {"id": "thing_1"})
        first.set_clock(first.now + 3 * DAY)
        first.happened("evt_1", "thing.made", {"id": "evt_1"})
        first.settings["drop"] = True
    again = World(file)
    assert again.all("thing") == {"thing_1": {"id": "thing_1"}}
    assert again.now - first.now in (0, 1)
    assert [event["id"] for event in again.events] == ["evt_1"]
    assert again.settings == {"drop": True}
    assert file.stat().st_mode & 0o777 == 0o600


def test_its_addresses_are_of_the_port_it_has_now(catalogue: None, sandbox: Sandbox) -> None:
    assert "sandbox.invalid" not in requests.get(dashboard(), timeout=10).text
    assert "127.0.0.1" not in json.dumps(sandbox.world.data)


def dashboard() -> str:
    return f"{own_settings.BILLING_SANDBOX_URL}/"


# --- Webhooks ---
@pytest.fixture
def endpoint() -> Iterator[tuple[str, list[str], list[int]]]:
    """Where webhooks go: its address, the types that came and were well signed, and the statuses to answer with."""
    came: list[str] = []
    statuses: list[int] = []

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        sent = {name[5:].replace("_", "-"): value for name, value in environ.items() if name.startswith("HTTP_")}
        came.append(verify_webhook(body, headers_of(sent)).type)
        start_response(f"{statuses.pop(0) if statuses else 200} -", [])
        return [b""]

    class Quiet(WSGIRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            """Nothing."""

    server = make_server("127.0.0.1", 0, application, handler_class=Quiet)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", came, statuses
    server.shutdown()
    server.server_close()


@pytest.fixture
def told(sandbox: Sandbox, endpoint: tuple[str, list[str], list[int]]) -> Sandbox:
    """The sandbox, with three things to tell the endpoint."""
    sandbox.delivery.url = endpoint[0]
    with sandbox.world.held():
        for name in ("one", "two", "three"):
            an_event(sandbox, name)
    return sandbox


def an_event(sandbox: Sandbox, kind: str) -> None:
    body = json.loads(event_body(f"evt_{kind}"))
    body["type" if "type" in body else "event"] = kind
    sandbox.world.happened(f"evt_{kind}", kind, body)


def states(sandbox: Sandbox) -> list[str]:
    return [event["state"] for event in sandbox.world.events]


def test_webhooks_are_signed_and_come_in_order(told: Sandbox, endpoint: tuple[str, list[str], list[int]]) -> None:
    told.delivery.deliver_due()
    assert endpoint[1] == ["one", "two", "three"]
    assert states(told) == ["delivered"] * 3


def test_what_is_not_taken_is_sent_again_later(
    told: Sandbox, endpoint: tuple[str, list[str], list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint[2].append(500)
    monkeypatch.setattr(delivery, "BACKOFF", (0,))
    told.delivery.deliver_due()
    assert states(told) == ["waiting", "delivered", "delivered"]
    told.delivery.deliver_due()
    assert endpoint[1] == ["one", "two", "three", "one"]
    assert [attempt["said"] for attempt in told.world.events[0]["attempts"]] == ["500", "200"]


def test_in_the_end_it_is_given_up(
    told: Sandbox, endpoint: tuple[str, list[str], list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "BACKOFF", (0, 0))
    told.world.settings["down"] = True
    for _ in range(3):
        told.delivery.deliver_due()
    assert states(told) == ["failed"] * 3
    assert endpoint[1] == []


@pytest.mark.parametrize(
    ("fault", "came"), [("drop", []), ("duplicate", ["one", "one", "two", "two", "three", "three"]), ("delay", [])]
)
def test_faults(told: Sandbox, endpoint: tuple[str, list[str], list[int]], fault: str, came: list[str]) -> None:
    told.world.settings[fault] = True
    told.delivery.deliver_due()
    assert endpoint[1] == came


def test_a_delayed_event_comes_late_and_once(
    told: Sandbox, endpoint: tuple[str, list[str], list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "DELAY", 0)
    told.world.settings["delay"] = True
    told.delivery.deliver_due()
    assert endpoint[1] == []
    told.delivery.deliver_due()
    assert endpoint[1] == ["one", "two", "three"]


def test_events_overtake_each_other(
    told: Sandbox, endpoint: tuple[str, list[str], list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery.random, "shuffle", lambda events: events.reverse())
    told.world.settings["reorder"] = True
    told.delivery.deliver_due()
    assert endpoint[1] == ["three", "two", "one"]


# --- The dashboard ---
def test_the_dashboard_shows_what_happened(told: Sandbox) -> None:
    text = requests.get(dashboard(), timeout=10).text
    for words in ("one", "two", "three", "Nothing is going to happen by itself", *FAULTS.values()):
        assert words in text


def test_the_dashboard_sets_faults(told: Sandbox) -> None:
    requests.post(f"{dashboard()}settings", data={"drop": "on", "final_failure": "cancel"}, timeout=10)
    wanted = dict.fromkeys(FAULTS, False) | {"drop": True, "final_failure": "cancel"}
    assert told.world.settings == wanted


def test_the_dashboard_sends_again(told: Sandbox, endpoint: tuple[str, list[str], list[int]]) -> None:
    requests.post(f"{dashboard()}replay", data={"last": "2"}, timeout=10)
    requests.post(f"{dashboard()}replay/evt_one", timeout=10)
    assert endpoint[1] == ["two", "three", "one"]


def test_there_is_nothing_elsewhere(sandbox: Sandbox) -> None:
    assert requests.get(f"{dashboard()}nothing", timeout=10).status_code == 404


@pytest.mark.django_db
def test_a_day_passes_for_the_product_too(sandbox: Sandbox, django_assert_num_queries: Callable[..., Any]) -> None:
    before = clock.now()
    sandbox.advance(3 * DAY)
    assert 3 * DAY - 60 < (clock.now() - before).total_seconds() < 3 * DAY + 60


def test_only_with_a_sandbox_the_clock_is_another(settings: Settings) -> None:
    clock.put_forward(clock.timedelta(days=9))
    settings.BILLING_SANDBOX_URL = ""
    real = clock.now()
    settings.BILLING_SANDBOX_URL = "http://127.0.0.1:9"
    assert (clock.now() - real).days in (8, 9)


@pytest.mark.django_db
def test_keys_that_are_not_the_sandboxs_are_refused(sandbox: Sandbox, settings: Settings) -> None:
    for name, value in SETTINGS.items():
        if isinstance(value, str):
            setattr(settings, name, value.replace("test", "live"))
    with pytest.raises(Exception, match="does not know the key"):
        sync_catalogue()
