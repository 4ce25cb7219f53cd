"""Logging in and out by allauth's endpoints, and what else ends a login."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from accounts.cookies import TokenCookieMiddleware, queue
from accounts.models import Revocation, TokenFamily, User
from accounts.tests.browser import ALLAUTH, Browser, logged_in, newest_code, outcome, said, with_bearer
from accounts.tokens import rotate
from conftest import PASSWORD
from tenants.models import Tenant

pytestmark = pytest.mark.django_db

NEW_PASSWORD = "another horse, another battery"


def test_logging_in_gives_cookies_and_lets_the_user_in(alice: User) -> None:
    browser = Browser()
    answer = browser.log_in(alice)
    assert answer.status_code == 200
    assert browser.me().json()["email"] == "alice@acme.test"


@pytest.mark.parametrize(
    ("name", "path", "httponly", "life"),
    [
        ("access", "/", True, 300),
        ("refresh", "/api/v1/auth/", True, 14 * 86400),
        ("session_exp", "/", "", 14 * 86400),
        ("csrftoken", "/", "", 31449600),
        ("sessionid", "/", True, 30 * 86400),
    ],
)
def test_cookies(name: str, path: str, httponly: object, life: int, alice: User) -> None:
    cookie = Browser().log_in(alice).cookies[name]
    assert (cookie["path"], cookie["httponly"], cookie["max-age"]) == (path, httponly, life)
    assert (cookie["samesite"], cookie["domain"]) == ("Lax", "")


def test_tokens_are_in_no_body_and_no_cache(alice: User) -> None:
    answer = Browser().log_in(alice)
    assert answer.cookies["access"].value not in answer.content.decode()
    assert answer.cookies["refresh"].value not in answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store"


def test_session_exp_says_when_the_access_token_ends(alice: User) -> None:
    browser = logged_in(alice)
    assert browser.cookies["session_exp"].value == str(browser.access["exp"])


def test_cookies_are_secure_where_sessions_are(alice: User, settings: object) -> None:
    settings.SESSION_COOKIE_SECURE = True
    cookies = Browser().log_in(alice).cookies
    assert all(cookies[name]["secure"] for name in ("access", "refresh", "session_exp"))


@pytest.mark.parametrize(("status", "names"), [(200, {"access", "refresh", "session_exp"}), (400, set()), (500, set())])
def test_tokens_of_a_request_that_failed_are_not_handed_out(status: int, names: set[str], alice: User) -> None:
    """They were rolled back with everything else."""
    request = RequestFactory().get("/")
    queue(request, rotate(logged_in(alice).cookies["refresh"].value))
    response = TokenCookieMiddleware(lambda request: HttpResponse(status=status))(request)
    assert set(response.cookies) == names


def test_the_case_of_the_email_does_not_matter(alice: User) -> None:
    answer = Browser().post(ALLAUTH + "auth/login", {"email": "Alice@ACME.test", "password": PASSWORD})
    assert answer.status_code == 200


@pytest.mark.parametrize("password", ["wrong horse", PASSWORD.upper()])
def test_a_wrong_password_is_refused(password: str, alice: User) -> None:
    answer = Browser().log_in(alice, password)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "email_password_mismatch")
    assert "access" not in answer.cookies
    assert TokenFamily.objects.count() == 0


def test_an_unknown_email_gets_the_same_answer(alice: User) -> None:
    known = Browser().log_in(alice, "wrong")
    unknown = Browser().post(ALLAUTH + "auth/login", {"email": "nobody@acme.test", "password": "wrong"})
    assert said(unknown) == said(known)


def test_guessing_is_stopped_after_five_tries_whatever_the_host(alice: User) -> None:
    for host in ("acme.localhost", "acme.localhost:1", "acme.localhost:2", "localhost", "globex.localhost"):
        Browser(host).log_in(alice, "wrong")
    answer = Browser().log_in(alice)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "too_many_login_attempts")


def test_logging_out_ends_the_session_at_once(alice: User) -> None:
    browser = logged_in(alice)
    stolen = with_bearer(browser.cookies["access"].value)
    assert stolen.get("/api/v1/me").status_code == 200
    answer = browser.log_out()
    assert answer.status_code == 401
    assert [answer.cookies[name].value for name in ("access", "refresh", "session_exp")] == ["", "", ""]
    assert answer.cookies["refresh"]["path"] == "/api/v1/auth/"
    assert outcome(stolen.get("/api/v1/me")) == (401, "session_ended")
    assert TokenFamily.objects.get().revoked_reason == Revocation.LOGOUT


def test_after_logging_out_the_refresh_token_is_worth_nothing(alice: User) -> None:
    browser = logged_in(alice)
    refresh = browser.cookies["refresh"].value
    browser.log_out()
    browser.cookies["refresh"] = refresh
    assert outcome(browser.refresh()) == (401, "session_ended")


def test_logging_out_ends_no_other_login(alice: User) -> None:
    here, there = logged_in(alice), logged_in(alice)
    here.log_out()
    assert there.me().status_code == 200


def test_logging_out_everywhere(alice: User, bob: User) -> None:
    here, there, other = logged_in(alice), logged_in(alice), logged_in(bob)
    app = with_bearer(there.cookies["access"].value)
    answer = here.post("/api/v1/auth/logout-all")
    assert answer.status_code == 204
    assert answer.cookies["access"].value == ""
    assert app.get("/api/v1/me").status_code == 401
    assert outcome(there.refresh()) == (401, "session_ended")
    assert there.get(ALLAUTH + "auth/session").status_code == 401
    assert here.get(ALLAUTH + "auth/session").status_code == 401
    assert other.me().status_code == 200


def test_ending_one_session_from_the_list(alice: User) -> None:
    here, there = logged_in(alice), logged_in(alice)
    sessions = here.get(ALLAUTH + "auth/sessions").json()["data"]
    assert len(sessions) == 2
    others = [session["id"] for session in sessions if not session["is_current"]]
    assert here.delete(ALLAUTH + "auth/sessions", {"sessions": others}).status_code == 200
    assert outcome(there.me()) == (401, "session_ended")
    assert here.me().status_code == 200


def test_a_new_password_keeps_this_browser_and_ends_the_others(alice: User) -> None:
    here, there = logged_in(alice), logged_in(alice)
    before = here.cookies["access"].value
    data = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
    assert here.post(ALLAUTH + "account/password/change", data).status_code == 200
    assert here.me().status_code == 200
    assert here.refresh().status_code == 200
    assert with_bearer(before).get("/api/v1/me").status_code == 401
    assert outcome(there.me()) == (401, "session_ended")
    assert outcome(there.refresh()) == (401, "session_ended")


def test_a_reset_password_ends_every_login(alice: User) -> None:
    browser, visitor = logged_in(alice), Browser()
    assert visitor.post(ALLAUTH + "auth/password/request", {"email": alice.email}).status_code == 401
    visitor.post(ALLAUTH + "auth/password/reset", {"key": newest_code(), "password": NEW_PASSWORD})
    assert outcome(browser.me()) == (401, "session_ended")
    assert outcome(browser.refresh()) == (401, "session_ended")
    assert Browser().log_in(alice, NEW_PASSWORD).status_code == 200


def test_a_deactivated_user_is_out_at_once(alice: User) -> None:
    browser = logged_in(alice)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert outcome(browser.me()) == (401, "session_ended")
    assert outcome(browser.refresh()) == (401, "session_ended")
    assert Browser().log_in(alice).status_code == 401


def test_deactivating_in_the_admin_ends_logins_for_good(alice: User, acme: Tenant) -> None:
    browser, admin = logged_in(alice), User.objects.create_superuser("root@acme.test", PASSWORD)
    operator = Browser("localhost")
    operator.force_login(admin)
    form = {"email": alice.email, "name": "Alice", "date_joined_0": "2026-01-01", "date_joined_1": "00:00"}
    answer = operator.post(f"/admin/accounts/user/{alice.pk}/change/", form, format="multipart")
    assert answer.status_code == 302, answer.content
    User.objects.filter(pk=alice.pk).update(is_active=True)
    assert outcome(browser.me()) == (401, "session_ended")
    assert TokenFamily.objects.get(user=alice).revoked_reason == Revocation.DEACTIVATED


@pytest.mark.parametrize("page", ["", "accounts/user/", "accounts/user/add/", "accounts/tokenfamily/"])
def test_admin_pages_open(page: str, alice: User) -> None:
    logged_in(alice)
    operator = Browser("localhost")
    operator.force_login(User.objects.create_superuser("root@acme.test", PASSWORD))
    assert operator.get(f"/admin/{page}").status_code == 200
