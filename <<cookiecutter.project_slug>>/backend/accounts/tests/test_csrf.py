"""Requests that a browser was made to send."""

import pytest
from rest_framework.test import APIClient

from accounts.models import TokenFamily, User
from accounts.tests.browser import ALLAUTH, Browser, logged_in, outcome, with_bearer
from conftest import PASSWORD

pytestmark = pytest.mark.django_db

UNSAFE = [("post", "/api/v1/auth/refresh"), ("post", "/api/v1/auth/logout-all"), ("delete", ALLAUTH + "auth/session")]
BAD_HEADERS = {
    "missing": {"X-CSRFToken": ""},
    "wrong": {"X-CSRFToken": "x" * 32},
    "another origin": {"Origin": "https://evil.example"},
    "a sibling's origin": {"Origin": "http://globex.localhost"},
}
bad_headers = pytest.mark.parametrize("headers", BAD_HEADERS.values(), ids=BAD_HEADERS.keys())


def test_the_endpoint_sets_the_cookie() -> None:
    answer = APIClient(HTTP_HOST="localhost").get("/api/v1/auth/csrf")
    assert (answer.status_code, answer.content) == (204, b"")
    assert len(answer.cookies["csrftoken"].value) == 32


@bad_headers
def test_logging_in_needs_the_token(headers: dict[str, str], alice: User) -> None:
    data = {"email": alice.email, "password": PASSWORD}
    answer = Browser().post(ALLAUTH + "auth/login", data, headers=headers)
    assert outcome(answer) == (403, "csrf_failed")
    assert TokenFamily.objects.count() == 0


@bad_headers
@pytest.mark.parametrize(("method", "path"), UNSAFE)
def test_changing_something_needs_the_token(method: str, path: str, headers: dict[str, str], alice: User) -> None:
    browser = logged_in(alice)
    before = TokenFamily.objects.values().get()
    assert outcome(getattr(browser, method)(path, headers=headers)) == (403, "csrf_failed")
    assert TokenFamily.objects.values().get() == before


@pytest.mark.parametrize(("method", "path"), UNSAFE)
def test_with_the_token_and_origin_it_goes(method: str, path: str, alice: User) -> None:
    browser = logged_in(alice)
    answer = getattr(browser, method)(path, headers={"Origin": "http://acme.localhost"})
    assert answer.status_code in (200, 204, 401)
    assert "csrf" not in answer.content.decode()


def test_reading_needs_no_token(alice: User) -> None:
    assert logged_in(alice).get("/api/v1/me", headers={"X-CSRFToken": ""}).status_code == 200


def test_a_bearer_needs_no_token(alice: User) -> None:
    client = with_bearer(logged_in(alice).cookies["access"].value)
    client.handler.enforce_csrf_checks = True
    assert client.post("/api/v1/auth/logout-all").status_code == 204


@pytest.mark.parametrize(("method", "path"), UNSAFE)
def test_a_page_of_another_site_is_refused_even_with_the_token(method: str, path: str, alice: User) -> None:
    browser = logged_in(alice)
    answer = getattr(browser, method)(path, headers={"Sec-Fetch-Site": "cross-site"})
    assert outcome(answer) == (403, "cross_site")
    assert TokenFamily.objects.get().revoked_at is None


@pytest.mark.parametrize("site", ["same-origin", "same-site", "none"])
def test_pages_of_this_site_are_not(site: str, alice: User) -> None:
    answer = logged_in(alice).post("/api/v1/auth/refresh", headers={"Sec-Fetch-Site": site})
    assert answer.status_code == 200


def test_a_link_from_another_site_opens(alice: User) -> None:
    assert logged_in(alice).get("/api/v1/me", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


def test_a_server_that_sends_no_cookies_is_not_concerned(alice: User) -> None:
    client = with_bearer(logged_in(alice).cookies["access"].value)
    assert client.post("/api/v1/auth/logout-all", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 204
