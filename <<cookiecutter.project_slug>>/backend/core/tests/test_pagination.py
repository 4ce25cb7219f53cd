"""Every row is on one page, whichever way one turns them."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from members.models import Member
from tenants.context import tenant_context
from tenants.models import Tenant
from tenants.transactions import tenant_atomic

pytestmark = [pytest.mark.django_db, pytest.mark.urls("core.tests.urls")]

CLIENT = APIClient(HTTP_HOST="acme.localhost")
FIRST_ID = 1_000_000
SAME_NAME = 1_100
"""More than the 1,000 that Django REST framework's cursor can count."""


@pytest.fixture
def crowd(acme: Tenant) -> list[int]:
    """Many members of one name between others; their ids in order."""
    names = ["Ann", "ann", "Äsa", *["Bob"] * SAME_NAME, 'Carl, the "second"', ""]
    members = [
        Member(id=FIRST_ID + number, name=name, email=f"{number % 7}@acme.test") for number, name in enumerate(names)
    ]
    with tenant_context(acme), tenant_atomic():
        Member.objects.bulk_create(members)
    return [member.id for member in members]


def turn(url: str, direction: str) -> Iterator[dict[str, Any]]:
    """This page and all after it."""
    following: str | None = url
    while following:
        answer = CLIENT.get(following)
        assert answer.status_code == 200, answer.content
        yield answer.json()
        following = answer.json()[direction]


def ids(page: dict[str, Any]) -> list[int]:
    return [row["id"] for row in page["results"]]


@pytest.mark.parametrize("query", ["", "&ordering=name", "&ordering=-name", "&ordering=email", "&ordering=-email"])
def test_each_row_comes_once_forward_and_back(query: str, crowd: list[int], acme: Tenant) -> None:
    forward = list(turn(f"/members?page_size=200{query}", "next"))
    rows = [row for page in forward for row in ids(page)]
    field = parse_qs(query).get("ordering", ["-name"])[0]
    with tenant_context(acme):
        expected = list(Member.objects.order_by(field, "-pk" if field[0] == "-" else "pk").values_list("pk", flat=True))
    assert rows == expected
    assert len(rows) == len(crowd) + 3
    assert [len(page["results"]) for page in forward] == [200] * 5 + [len(rows) - 1000]
    assert forward[0]["previous"] is None

    backward = list(turn(forward[-1]["previous"], "previous"))
    assert [ids(page) for page in backward] == [ids(page) for page in forward[-2::-1]]
    assert CLIENT.get(backward[0]["next"]).json()["results"] == forward[-1]["results"]


def test_a_page_has_fifty_rows_unless_asked_otherwise(crowd: list[int]) -> None:
    assert len(CLIENT.get("/members").json()["results"]) == 50
    assert len(CLIENT.get("/members?page_size=1").json()["results"]) == 1
    assert len(CLIENT.get("/members?page_size=200").json()["results"]) == 200


def test_a_short_list_has_one_page(acme: Tenant) -> None:
    page = CLIENT.get("/members").json()
    assert (page["next"], page["previous"], len(page["results"])) == (None, None, 3)


def test_rows_that_come_and_go_do_not_move_the_others(crowd: list[int], acme: Tenant) -> None:
    first = CLIENT.get("/members?ordering=name&page_size=100").json()
    with tenant_context(acme), tenant_atomic():
        Member.objects.filter(id__in=ids(first)).delete()
        Member(id=1, name="", email="new@acme.test").save()
    second = CLIENT.get(first["next"]).json()
    everything = [row for page in turn("/members?ordering=name&page_size=200", "next") for row in ids(page)]
    assert ids(second) == everything[1:101]


def test_the_way_back_from_a_page_that_has_become_empty(crowd: list[int], acme: Tenant) -> None:
    pages = list(turn("/members?ordering=name&page_size=200", "next"))
    with tenant_context(acme), tenant_atomic():
        Member.objects.filter(id__in=ids(pages[-1])).delete()
    emptied = CLIENT.get(pages[-2]["next"]).json()
    assert (emptied["results"], emptied["next"]) == ([], None)
    assert CLIENT.get(emptied["previous"]).json()["results"] == pages[-2]["results"]


def test_the_way_on_from_a_first_page_that_has_become_empty(crowd: list[int], acme: Tenant) -> None:
    pages = list(turn("/members?ordering=name&page_size=200", "next"))
    with tenant_context(acme), tenant_atomic():
        Member.objects.filter(id__in=ids(pages[0])).delete()
    emptied = CLIENT.get(pages[1]["previous"]).json()
    assert (emptied["results"], emptied["previous"]) == ([], None)
    assert emptied["next"] == "http://acme.localhost/members?ordering=name&page_size=200"
    assert CLIENT.get(emptied["next"]).json()["results"] == pages[1]["results"]


def test_links_lead_back_through_the_proxy(crowd: list[int], settings: Settings) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    headers = {"host": "127.0.0.1:8000", "x-forwarded-host": "acme.localhost:3000", "x-forwarded-proto": "https"}
    link = urlsplit(CLIENT.get("/members?ordering=name&page_size=2", headers=headers).json()["next"])
    assert (link.scheme, link.netloc, link.path) == ("https", "acme.localhost:3000", "/members")
    assert {"ordering": ["name"], "page_size": ["2"]}.items() <= parse_qs(link.query).items()


def refusal(query: str) -> tuple[int, str, list[dict[str, str]]]:
    answer = CLIENT.get(f"/members?{query}")
    return answer.status_code, answer.json()["code"], answer.json()["errors"]


@pytest.mark.parametrize("cursor", ["", "x", "e30", "cD0x", "%00", "🙂", "a:b:c", "a" * 5000])
def test_a_cursor_that_is_not_ours(cursor: str) -> None:
    assert refusal(f"cursor={cursor}") == (
        400,
        "validation_error",
        [
            {
                "pointer": "/cursor",
                "detail": "Use a cursor from `next` or `previous` as it is.",
                "code": "invalid_cursor",
            }
        ],
    )


def test_a_cursor_that_was_changed(crowd: list[int]) -> None:
    cursor = parse_qs(urlsplit(CLIENT.get("/members").json()["next"]).query)["cursor"][0]
    assert refusal(f"cursor={cursor}x")[0] == 400
    assert refusal(f"cursor=x{cursor}")[0] == 400


def test_a_cursor_of_another_ordering(crowd: list[int]) -> None:
    cursor = parse_qs(urlsplit(CLIENT.get("/members?ordering=name").json()["next"]).query)["cursor"][0]
    status, _, errors = refusal(f"ordering=email&cursor={cursor}")
    assert status == 400
    assert errors == [
        {
            "pointer": "/cursor",
            "detail": "This cursor belongs to another ordering. Start again without it.",
            "code": "invalid_cursor",
        }
    ]


@pytest.mark.parametrize("size", ["0", "201", "-1", "x", "", "1.5", "٣", "9" * 5000])
def test_a_page_size_out_of_bounds(size: str) -> None:
    status, _, errors = refusal(f"page_size={size}")
    assert status == 400
    assert errors == [
        {"pointer": "/page_size", "detail": "Use a whole number from 1 to 200.", "code": "invalid_page_size"}
    ]


@pytest.mark.parametrize("ordering", ["id", "password", "--name", "", "name,email", "tenant__slug"])
def test_only_listed_fields_sort(ordering: str) -> None:
    status, _, errors = refusal(f"ordering={ordering}")
    assert status == 400
    assert errors == [
        {"pointer": "/ordering", "detail": "Use one of: name, -name, email, -email.", "code": "invalid_ordering"}
    ]
