"""What allauth refuses is a problem, and still what its own clients read."""

from operator import itemgetter
from typing import Any

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.test import Client

from accounts.tests.browser import ALLAUTH, Browser, logged_in
from conftest import PASSWORD

pytestmark = pytest.mark.django_db


def problem(answer: Any) -> dict[str, Any]:
    assert answer.headers["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["request_id"] == answer.headers["X-Request-ID"]
    assert (body["status"], body["type"]) == (answer.status_code, "about:blank")
    return body


def test_a_field_that_is_wrong(alice) -> None:
    body = problem(Browser().send(ALLAUTH + "auth/login", email="alice", password=""))
    assert (body["status"], body["title"], body["code"]) == (400, "Bad Request", "validation_error")
    assert body["instance"] == "/_allauth/browser/v1/auth/login"
    assert sorted(body["errors"], key=itemgetter("param")) == [
        {
            "pointer": "/email",
            "detail": "Enter a valid email address.",
            "code": "invalid",
            "message": "Enter a valid email address.",
            "param": "email",
        },
        {
            "pointer": "/password",
            "detail": "This field is required.",
            "code": "required",
            "message": "This field is required.",
            "param": "password",
        },
    ]


def test_nobody_is_logged_in() -> None:
    body = problem(Browser().get(ALLAUTH + "auth/session"))
    assert (body["code"], body["detail"]) == ("not_authenticated", "Log in first, by one of `data.flows`.")
    assert body["meta"] == {"is_authenticated": False}
    assert "login" in [flow["id"] for flow in body["data"]["flows"]]


def test_there_is_another_step() -> None:
    data = {"email": "dora@initech.test", "password": PASSWORD, "tenant_name": "Initech"}
    body = problem(Browser("localhost").send(ALLAUTH + "auth/signup", **data))
    assert (body["status"], body["code"]) == (401, "flow_pending")
    assert body["detail"] == "There is another step: verify_email."


def test_it_has_been_too_long(alice) -> None:
    browser = logged_in(alice)
    session = browser.session
    for record in session[AUTHENTICATION_METHODS_SESSION_KEY]:
        record["at"] = 0
    session.save()
    body = problem(browser.get(ALLAUTH + "account/authenticators/webauthn"))
    assert (body["status"], body["code"]) == (401, "reauthentication_required")
    assert body["meta"]["is_authenticated"] is True


def test_what_does_not_go_together(alice) -> None:
    body = problem(logged_in(alice).log_in(alice))
    assert (body["status"], body["code"]) == (409, "conflict")


def test_a_session_of_an_app_that_is_gone() -> None:
    answer = Client(HTTP_HOST="localhost").get("/_allauth/app/v1/auth/session", headers={"x-session-token": "nonsense"})
    assert (problem(answer)["status"], problem(answer)["code"]) == (410, "session_gone")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [("GET", "auth/nowhere", 404, "not_found"), ("PUT", "auth/session", 405, "method_not_allowed")],
)
def test_addresses_and_methods_that_are_none(method: str, path: str, status: int, code: str) -> None:
    answer = Browser().generic(method, ALLAUTH + path)
    assert (problem(answer)["status"], problem(answer)["code"]) == (status, code)
    assert status != 405 or "DELETE" in answer.headers["Allow"]


def test_too_often_says_when_to_try_again(alice) -> None:
    data = {"email": alice.email, "password": PASSWORD, "tenant_name": "Acme"}
    for _ in range(20):
        Browser("localhost").send(ALLAUTH + "auth/signup", **data)
    answer = Browser("localhost").send(ALLAUTH + "auth/signup", **data)
    assert (problem(answer)["status"], problem(answer)["code"]) == (429, "throttled")
    assert answer.headers["Retry-After"] == "60"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("[" * 200_000, "too_deep"),
        ("[" * 50 + "]" * 50, "too_deep"),
        ("{", "bad_request"),
        (b"\xe9", "bad_request"),
    ],
)
def test_json_that_is_none(body: Any, code: str) -> None:
    answer = Browser().generic("POST", ALLAUTH + "auth/login", body, content_type="application/json")
    assert (problem(answer)["status"], problem(answer)["code"]) == (400, code)


def test_a_character_that_has_no_place_is_told_by_its_field() -> None:
    [error] = problem(Browser().send(ALLAUTH + "auth/login", email="\0", password="x"))["errors"]
    assert (error["param"], error["pointer"], error["code"]) == ("email", "/email", "invalid_character")
    assert error["message"] == error["detail"] == "This text has a character that cannot be stored."


def test_cookies_are_kept(alice) -> None:
    """Logging out is told by a 401, which has to take the cookies away."""
    browser = logged_in(alice)
    answer = browser.log_out()
    assert problem(answer)["status"] == 401
    assert answer.cookies["access"]["max-age"] == 0


def test_what_went_well_is_left_alone(alice) -> None:
    answer = Browser().log_in(alice)
    assert answer.headers["Content-Type"] == "application/json"
    assert set(answer.json()) == {"status", "data", "meta"}
