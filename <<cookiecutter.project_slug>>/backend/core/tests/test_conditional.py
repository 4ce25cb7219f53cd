"""What a caller has already is not sent again."""

import pytest
from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.urls("core.tests.urls")]

CLIENT = Client(HTTP_HOST="localhost")


def test_what_has_not_changed_is_not_sent() -> None:
    first = CLIENT.get("/read-only")
    again = CLIENT.get("/read-only", headers={"if-none-match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]


def test_what_has_changed_is() -> None:
    again = CLIENT.get("/read-only", headers={"if-none-match": '"of something else"'})
    assert (again.status_code, again.content) == (200, b"here")


def test_only_who_asked_may_keep_an_answer_and_asks_again() -> None:
    assert CLIENT.get("/read-only").headers["Cache-Control"] == "private, no-cache"


def test_an_error_has_no_tag() -> None:
    assert "ETag" not in CLIENT.get("/nowhere").headers


def test_a_condition_on_reading_that_does_not_hold_is_a_problem() -> None:
    answer = CLIENT.get("/read-only", headers={"if-match": '"of something else"'})
    assert (answer.status_code, answer.json()["code"]) == (412, "precondition_failed")
