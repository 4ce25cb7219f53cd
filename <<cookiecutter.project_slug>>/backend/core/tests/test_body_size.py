"""How much may be sent."""

import pytest
from django.http import HttpResponse as Answer
from django.test import Client
from pytest_django import Settings

pytestmark = [pytest.mark.django_db, pytest.mark.urls("core.tests.urls")]


@pytest.fixture(autouse=True)
def limits(settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE, settings.MAX_UPLOAD_SIZE = 100, 200


def send(size: int, content_type: str = "application/json", **headers: str) -> Answer:
    body = b'"' + b"x" * (size - 2) + b'"'
    return Client(HTTP_HOST="localhost").generic("POST", "/anything", body, content_type, headers=headers)


def test_a_body_of_the_limit_is_read() -> None:
    assert send(100).status_code == 200


@pytest.mark.parametrize("content_type", ["application/json", "application/x-www-form-urlencoded", "text/plain", ""])
def test_a_larger_one_is_refused(content_type: str) -> None:
    answer = send(101, content_type)
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert answer.json()["detail"] == "The body may have 100 bytes, and this one has 101."


def test_files_may_be_larger() -> None:
    files = "multipart/form-data; boundary=x"
    assert send(200, files).status_code != 413
    assert send(201, files).status_code == 413


def test_who_does_not_say_how_much_is_refused() -> None:
    answer = Client(HTTP_HOST="localhost").post(
        "/anything", headers={"transfer-encoding": "chunked"}, CONTENT_LENGTH=""
    )
    assert (answer.status_code, answer.json()["code"]) == (411, "length_required")
