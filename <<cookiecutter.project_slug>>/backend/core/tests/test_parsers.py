"""What JSON may come in."""

import json
from typing import Any

import pytest
from django.http import HttpResponse as Answer
from rest_framework.test import APIClient

from core.parsers import MAX_DEPTH

pytestmark = [pytest.mark.django_db, pytest.mark.urls("core.tests.urls")]


def post(body: str) -> Answer:
    return APIClient(HTTP_HOST="localhost").post("/anything", body, content_type="application/json")


def nested(depth: int) -> str:
    return "[" * depth + "]" * depth


def test_what_can_be_kept_comes_in_as_it_is() -> None:
    body = {"text": "ä 🚀 \u2028", "many": [1, 2.5, None, True, {"deep": []}]}
    assert post(json.dumps(body)).json() == body


@pytest.mark.parametrize("depth", [MAX_DEPTH + 2, 200_000])
def test_nesting_has_an_end(depth: int) -> None:
    answer = post(nested(depth))
    assert answer.status_code == 400
    assert answer.json()["code"] == "too_deep"
    assert answer.json()["detail"] == "Lists and objects may be nested 32 deep, and not deeper."


def test_nesting_up_to_there_is_taken() -> None:
    assert post(nested(MAX_DEPTH + 1)).status_code == 200


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({"name": "a\0b"}, ["/name"]),
        ({"items": [{"name": "fine"}, {"tags": ["half \ud800"]}]}, ["/items/1/tags/0"]),
        ({"extra": {"a/b": "\udfff"}}, ["/extra/a~1b"]),
        ({"extra": {"\0": 1}}, ["/extra"]),
        ("\0", [""]),
    ],
)
def test_characters_that_have_no_place_are_told_by_theirs(body: Any, pointers: list[str]) -> None:
    answer = post(json.dumps(body))
    assert (answer.status_code, answer.json()["code"]) == (400, "validation_error")
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [
        (pointer, "invalid_character") for pointer in pointers
    ]


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_is_no_json(number: str) -> None:
    answer = post(f'{{"amount": {number}}}')
    assert (answer.status_code, answer.json()["code"]) == (400, "parse_error")


def test_a_number_without_end_is_refused() -> None:
    answer = post("9" * 10_000)
    assert (answer.status_code, answer.json()["code"]) == (400, "parse_error")
