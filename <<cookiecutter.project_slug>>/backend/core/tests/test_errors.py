"""Each kind of failure has one exact body."""

import logging
from typing import Any

import pytest
from django.http import HttpResponse as Answer
from django.test import Client
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.urls("core.tests.urls")]

CLIENT = APIClient(HTTP_HOST="localhost", raise_request_exception=False)


def problem(answer: Answer) -> dict[str, Any]:
    """The body without its request id, which has to be the header's."""
    assert answer.headers["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body.pop("request_id") == answer.headers["X-Request-ID"]
    assert body["status"] == answer.status_code
    return body


@pytest.mark.parametrize(
    ("name", "status", "title", "code", "detail"),
    [
        ("not_a_member", 403, "Forbidden", "not_a_member", "You are not a member."),
        (
            "django_denied",
            403,
            "Forbidden",
            "permission_denied",
            "You do not have permission to perform this action.",
        ),
        ("missing", 404, "Not Found", "not_found", "Not found."),
        (
            "throttled",
            429,
            "Too Many Requests",
            "throttled",
            "Request was throttled. Expected available in 7 seconds.",
        ),
        (
            "not_authenticated",
            401,
            "Unauthorized",
            "not_authenticated",
            "Authentication credentials were not provided.",
        ),
        (
            "bug",
            500,
            "Internal Server Error",
            "server_error",
            "Something went wrong on our side. If you tell us about it, please name the request id.",
        ),
    ],
)
def test_an_exception_of_a_view(name: str, status: int, title: str, code: str, detail: str) -> None:
    assert problem(CLIENT.get(f"/fail/{name}")) == {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": f"/fail/{name}",
        "code": code,
        "errors": [],
    }


def test_headers_that_say_what_to_do_are_kept() -> None:
    assert CLIENT.get("/fail/throttled").headers["Retry-After"] == "7"
    assert CLIENT.get("/fail/not_authenticated").headers["WWW-Authenticate"] == 'Bearer realm="api"'
    assert CLIENT.post("/fail/bug").headers["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize(
    ("request_", "status", "code", "detail"),
    [
        ({"method": "PUT"}, 405, "method_not_allowed", 'Method "PUT" not allowed.'),
        (
            {"method": "POST", "data": "x", "content_type": "text/plain"},
            415,
            "unsupported_media_type",
            'Unsupported media type "text/plain" in request.',
        ),
        (
            {"method": "POST", "data": "{}", "headers": {"accept": "image/png"}},
            406,
            "not_acceptable",
            "Could not satisfy the request Accept header.",
        ),
        (
            {"method": "POST", "data": "{"},
            400,
            "parse_error",
            "JSON parse error - Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
        ),
    ],
)
def test_a_request_that_cannot_be_understood(request_: dict[str, Any], status: int, code: str, detail: str) -> None:
    answer = CLIENT.generic(path="/orders", **{"content_type": "application/json"} | request_)
    body = problem(answer)
    assert (body["status"], body["code"], body["detail"], body["errors"]) == (status, code, detail, [])


def test_what_is_wrong_where() -> None:
    order = {
        "email": "nobody",
        "items": [{"name": "chair"}, {"name": "a table", "tags": [1, "x"]}],
        "extra": {"a/b~c": "x"},
    }
    assert problem(CLIENT.post("/orders", order)) == {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": "Some of the input is not valid.",
        "instance": "/orders",
        "code": "validation_error",
        "errors": [
            {"pointer": "/email", "detail": "Enter a valid email address.", "code": "invalid"},
            {
                "pointer": "/items/1/name",
                "detail": "Ensure this field has no more than 5 characters.",
                "code": "max_length",
            },
            {"pointer": "/items/1/tags/1", "detail": "A valid integer is required.", "code": "invalid"},
            {"pointer": "/extra/a~1b~0c", "detail": "A valid integer is required.", "code": "invalid"},
        ],
    }


def test_what_is_wrong_with_which_row() -> None:
    assert problem(CLIENT.get("/fail/rows"))["errors"] == [
        {"pointer": "/1/name", "detail": "Too long.", "code": "no"},
        {"pointer": "/1/name", "detail": "Too dull.", "code": "no"},
    ]


def test_an_error_about_the_whole_input_points_at_the_whole() -> None:
    answer = CLIENT.post("/orders", {"email": "alice@acme.test", "items": []})
    assert problem(answer)["errors"] == [{"pointer": "", "detail": "An order needs an item.", "code": "empty"}]


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("django_invalid", {"pointer": "/email", "detail": "Taken.", "code": "unique"}),
        (
            "django_invalid_model",
            {"pointer": "", "detail": "The dates are the wrong way round.", "code": "dates"},
        ),
    ],
)
def test_a_models_refusal_is_the_callers_mistake(name: str, error: dict[str, str]) -> None:
    body = problem(CLIENT.get(f"/fail/{name}"))
    assert (body["status"], body["code"], body["errors"]) == (400, "validation_error", [error])


def test_an_error_undoes_what_the_view_has_written() -> None:
    assert CLIENT.post("/half").status_code == 400
    assert not User.objects.filter(email="half@acme.test").exists()


def test_a_bug_is_logged_and_not_told(caplog: pytest.LogCaptureFixture) -> None:
    answer = CLIENT.get("/fail/bug")
    assert b"secret" not in answer.content
    assert [record.levelno for record in caplog.records if record.name == "django.request"] == [logging.ERROR]
    assert "the secret is 42" in caplog.text


def test_a_bug_has_djangos_page_while_debugging(settings: Settings) -> None:
    settings.DEBUG = True
    answer = Client(raise_request_exception=False).get("/fail/bug", headers={"host": "localhost"})
    assert answer.status_code == 500
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert b"the secret is 42" in answer.content


@pytest.mark.parametrize(
    ("path", "status", "code", "detail"),
    [
        ("/nowhere", 404, "not_found", "There is nothing at this address."),
        ("/refuse", 403, "permission_denied", "You may not do this."),
        (
            "/crash",
            500,
            "server_error",
            "Something went wrong on our side. If you tell us about it, please name the request id.",
        ),
    ],
)
def test_errors_outside_of_the_api_are_problems_too(path: str, status: int, code: str, detail: str) -> None:
    body = problem(CLIENT.get(path))
    assert (body["status"], body["code"], body["detail"]) == (status, code, detail)


def test_a_host_that_is_not_ours() -> None:
    body = problem(CLIENT.get("/read-only", headers={"host": "evil.test"}))
    assert (body["status"], body["code"]) == (400, "bad_request")
    assert body["detail"] == "The server could not understand this request."


def test_a_missing_csrf_token() -> None:
    answer = Client(enforce_csrf_checks=True).post("/crash", headers={"host": "localhost"})
    body = problem(answer)
    assert (body["status"], body["code"]) == (403, "csrf_failed")
    assert body["detail"] == (
        "CSRF cookie not set. Fetch /api/v1/auth/csrf and send the cookie's value as X-CSRFToken."
    )


def test_a_plain_view_refuses_other_methods() -> None:
    assert CLIENT.get("/read-only").content == b"here"
    answer = CLIENT.post("/read-only")
    body = problem(answer)
    assert (body["status"], body["code"], body["detail"]) == (405, "method_not_allowed", "Use GET, HEAD here.")
    assert answer.headers["Allow"] == "GET, HEAD"
