"""Cookies whose names browsers guard, and what pages of a sibling subdomain can do about those and about plain ones.

Such a page may set a cookie with `Domain=` for all subdomains. It cannot read anybody's, nor set one whose name begins
with `__Host-`.
"""

import json
from http.cookies import Morsel, SimpleCookie
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import TokenFamily, User
from accounts.tests.browser import ALLAUTH, Browser, logged_in, outcome
from conftest import PASSWORD

pytestmark = pytest.mark.django_db

NAMES = {
    "ACCESS_COOKIE_NAME": "__Host-access",
    "CSRF_COOKIE_NAME": "__Host-csrftoken",
    "EXPIRY_COOKIE_NAME": "__Host-session_exp",
    "HANDOFF_COOKIE_NAME": "__Host-handoff",
    "REFRESH_COOKIE_NAME": "__Secure-refresh",
    "SESSION_COOKIE_NAME": "__Host-sessionid",
}
SIBLING = "http://globex.localhost"
TOSSED = "t" * 32


@pytest.fixture
def production(settings: Any) -> None:
    """The names of production's cookies; that it has them, core/tests/test_production.py says."""
    for name, value in NAMES.items():
        setattr(settings, name, value)
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True


def is_taken(cookie: Morsel[str]) -> bool:
    """Would a browser take this cookie, by the rules for its name? (draft-ietf-httpbis-rfc6265bis, section 4.1.3)"""
    if cookie.key.startswith("__Host-"):
        return bool(cookie["secure"]) and cookie["path"] == "/" and not cookie["domain"]
    return bool(cookie["secure"]) or not cookie.key.startswith("__Secure-")


@pytest.mark.usefixtures("production")
def test_browsers_take_them_and_give_them_back(alice: User) -> None:
    browser = Browser()
    cookies = {**browser.get("/api/v1/auth/handoff/start").cookies, **browser.cookies, **browser.log_in(alice).cookies}
    assert set(cookies) == set(NAMES.values())
    assert browser.me().json()["email"] == "alice@acme.test"
    assert browser.refresh().status_code == 200
    gone = browser.log_out().cookies
    assert {cookie.key for cookie in gone.values() if not cookie.value} >= {"__Host-access", "__Secure-refresh"}
    assert all(is_taken(cookie) for cookie in [*cookies.values(), *gone.values()])


def test_what_a_sibling_subdomain_sets_is_refused_under_a_guarded_name() -> None:
    tossed = SimpleCookie("__Host-csrftoken=x; Domain=example.com; Path=/; Secure")
    assert not is_taken(tossed["__Host-csrftoken"])


@pytest.mark.usefixtures("production")
def test_in_production_a_tossed_csrf_token_counts_for_nothing(alice: User) -> None:
    browser = logged_in(alice)
    browser.cookies["csrftoken"] = TOSSED
    answer = browser.post("/api/v1/auth/logout-all", headers={"X-CSRFToken": TOSSED})
    assert outcome(answer) == (403, "csrf_failed")
    assert TokenFamily.objects.get().revoked_at is None


@pytest.mark.usefixtures("production")
@pytest.mark.parametrize("name", ["access", "refresh", "sessionid"])
def test_in_production_nobody_is_put_into_anothers_login(name: str, alice: User, bob: User) -> None:
    attacker, victim = logged_in(bob), logged_in(alice)
    victim.cookies[name] = attacker.cookies[next(n for n in NAMES.values() if n.endswith(name))].value
    assert victim.me().json()["email"] == "alice@acme.test"
    assert victim.refresh().status_code == 200
    assert victim.get(ALLAUTH + "auth/session").json()["data"]["user"]["email"] == "alice@acme.test"


@pytest.mark.usefixtures("production")
def test_in_production_a_plain_name_logs_nobody_in(bob: User) -> None:
    attacker, victim = logged_in(bob), Browser()
    for name, guarded in {"access": "__Host-access", "refresh": "__Secure-refresh"}.items():
        victim.cookies[name] = attacker.cookies[guarded].value
    assert outcome(victim.me()) == (401, "not_authenticated")
    assert outcome(victim.refresh()) == (401, "session_ended")


def test_over_http_a_tossed_token_fails_by_the_origin(alice: User) -> None:
    """All that is left without TLS: the token is the attacker's, and the browser says whose page sends it."""
    browser = logged_in(alice)
    browser.cookies["csrftoken"] = TOSSED
    answer = browser.post("/api/v1/auth/logout-all", headers={"X-CSRFToken": TOSSED, "Origin": SIBLING})
    assert outcome(answer) == (403, "csrf_failed")
    assert TokenFamily.objects.get().revoked_at is None


@pytest.mark.parametrize("origin", ["https://evil.example", SIBLING, "null"])
@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "application/x-www-form-urlencoded"])
def test_no_page_of_another_origin_logs_a_browser_in(origin: str, content_type: str, bob: User) -> None:
    """Login CSRF: the victim is to work in the attacker's account. Their browser sends no cookie along (SameSite)."""
    client = APIClient(enforce_csrf_checks=True, HTTP_HOST="acme.localhost")
    body = json.dumps({"email": bob.email, "password": PASSWORD})
    headers = {"Origin": origin, "Sec-Fetch-Site": "cross-site"}
    answer = client.post(ALLAUTH + "auth/login", body, content_type=content_type, headers=headers)
    assert outcome(answer) == (403, "csrf_failed")
    assert list(answer.cookies) == []
    assert TokenFamily.objects.count() == 0


@pytest.mark.parametrize("origin", ["https://evil.example", SIBLING, "null"])
def test_nor_with_a_token_that_it_has_tossed(origin: str, bob: User) -> None:
    browser = Browser()
    browser.cookies["csrftoken"] = TOSSED
    data = {"email": bob.email, "password": PASSWORD}
    answer = browser.post(ALLAUTH + "auth/login", data, headers={"Origin": origin, "X-CSRFToken": TOSSED})
    assert outcome(answer) == (403, "csrf_failed")
    assert TokenFamily.objects.count() == 0


def test_the_app_clients_login_needs_no_token_and_sets_no_cookie(bob: User) -> None:
    client = APIClient(enforce_csrf_checks=True, HTTP_HOST="acme.localhost")
    data = {"email": bob.email, "password": PASSWORD}
    answer = client.post("/_allauth/app/v1/auth/login", data, headers={"Origin": "https://evil.example"})
    assert (answer.status_code, list(answer.cookies)) == (200, [])
    assert "access-control-allow-origin" not in answer.headers
