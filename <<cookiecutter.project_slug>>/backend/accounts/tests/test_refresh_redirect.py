"""Renewing the tokens on the way to a page."""

import pytest

from accounts.models import User
from accounts.tests.browser import Browser, logged_in

pytestmark = pytest.mark.django_db

URL = "/api/v1/auth/refresh"


@pytest.mark.parametrize("target", ["/", "/contacts?page=2&search=a b#top", "/ünï"])
def test_it_goes_on_to_the_page_with_new_tokens(target: str, alice: User) -> None:
    browser = logged_in(alice)
    before = browser.access["jti"]
    answer = browser.get(URL, {"next": target})
    assert answer.status_code == 302
    assert answer.headers["Location"] == target.replace(" ", "%20").replace("ü", "%C3%BC").replace("ï", "%C3%AF")
    assert browser.access["jti"] != before


@pytest.mark.parametrize(
    "target",
    [
        "",
        "https://evil.example/",
        "//evil.example/",
        "///evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "evil.example",
        "http:evil.example",
        " //evil.example",
    ],
)
def test_it_leads_nowhere_else(target: str, alice: User) -> None:
    assert logged_in(alice).get(URL, {"next": target}).headers["Location"] == "/"
    assert Browser().get(URL, {"next": target}).headers["Location"] == "/login?next=%2F"


def test_without_a_session_it_goes_to_the_login_page() -> None:
    browser = Browser()
    browser.cookies["session_exp"] = "1"
    answer = browser.get(URL, {"next": "/contacts?page=2"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/login?next=%2Fcontacts%3Fpage%3D2")
    assert [answer.cookies[name].value for name in ("access", "refresh", "session_exp")] == ["", "", ""]
