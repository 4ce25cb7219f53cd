"""Access tokens that are refused, and refresh tokens that are renewed, repeated or stolen."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import jwt
import pytest
from django.conf import settings
from django.test import RequestFactory
from django.utils import timezone
from rest_framework.request import Request

from accounts.authentication import TokenAuthentication, access_token_of
from accounts.models import Revocation, TokenFamily, User
from accounts.signing import key_id
from accounts.tests.browser import ALLAUTH, Browser, logged_in, outcome, with_bearer
from accounts.tokens import AccessToken, ReuseDetected, SessionEnded, rotate
from tenants.models import Tenant

pytestmark = pytest.mark.django_db


def age(seconds: float) -> None:
    """Let the current refresh tokens have been issued that long ago."""
    TokenFamily.objects.update(issued_at=timezone.now() - timedelta(seconds=seconds))


def test_claims(alice: User, acme: Tenant, settings: Any) -> None:
    browser = logged_in(alice)
    family = TokenFamily.objects.get()
    access = jwt.decode(browser.cookies["access"].value, options={"verify_signature": False})
    assert access.pop("exp") - access.pop("iat") == 300
    assert len(access.pop("jti")) == 32
    assert access == {
        "sub": str(alice.pk),
        "sid": str(family.pk),
        "tid": acme.pk,
        "iss": settings.APP_URL,
        "aud": "api",
        "token_type": "access",
    }
    assert family.max_expires_at - family.issued_at == timedelta(days=30)


def test_no_token_is_stored(alice: User) -> None:
    browser = logged_in(alice)
    row = " ".join(str(value) for value in TokenFamily.objects.values_list().get())
    assert browser.cookies["refresh"].value.split(".")[2] not in row
    assert browser.cookies["access"].value.split(".")[2] not in row


def test_an_expired_access_token_is_refused(alice: User) -> None:
    token = logged_in(alice).access
    token.set_exp(lifetime=timedelta(seconds=-1))
    assert outcome(with_bearer(token).get("/api/v1/me")) == (401, "token_invalid")


def _signed(token: AccessToken, key: str = "", **claims: Any) -> str:
    key = key or settings.JWT_SIGNING_KEY
    payload = jwt.decode(str(token), options={"verify_signature": False})
    headers = {"kid": key_id(settings.JWT_SIGNING_KEY)}
    return jwt.encode(payload | claims, key, algorithm="HS256", headers=headers)


FORGERIES: dict[str, Callable[[AccessToken], str]] = {
    "nonsense": lambda token: "nonsense",
    "empty": lambda token: "",
    "not ascii": lambda token: "é.é.é",
    "signature cut off": lambda token: str(token).rpartition(".")[0] + ".",
    "another key": lambda token: _signed(token, key="x" * 64),
    "no algorithm": lambda token: jwt.encode(
        jwt.decode(str(token), options={"verify_signature": False}), None, algorithm="none"
    ),
    "another's payload": lambda token: ".".join(
        [str(token).split(".")[0], _signed(token, key="x" * 64, sub="999999").split(".")[1], str(token).split(".")[2]]
    ),
    "another audience": lambda token: _signed(token, aud="elsewhere"),
    "another issuer": lambda token: _signed(token, iss="https://elsewhere.example"),
    "a refresh token": lambda token: _signed(token, token_type="refresh"),
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES.keys())
def test_a_forged_access_token_is_refused(forge: Callable[[AccessToken], str], alice: User) -> None:
    browser = logged_in(alice)
    forged = forge(browser.access)
    assert outcome(with_bearer(forged).get("/api/v1/me")) == (401, "token_invalid")
    browser.cookies["access"] = forged
    assert browser.me().status_code == 401


def test_a_faithful_copy_is_taken(alice: User) -> None:
    assert with_bearer(_signed(logged_in(alice).access)).get("/api/v1/me").status_code == 200


def test_a_bad_bearer_is_not_made_good_by_a_cookie(alice: User) -> None:
    browser = logged_in(alice)
    answer = browser.get("/api/v1/me", headers={"Authorization": "Bearer nonsense"})
    assert outcome(answer) == (401, "token_invalid")


def test_without_credentials_it_says_how_to_authenticate() -> None:
    answer = Browser("localhost").me()
    assert outcome(answer) == (401, "not_authenticated")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="api"'


def test_a_request_is_authenticated_with_one_query(alice: User, django_assert_num_queries: Any) -> None:
    token = logged_in(alice).cookies["access"].value
    request = RequestFactory().get("/", headers={"Authorization": f"Bearer {token}"})
    with django_assert_num_queries(1):
        found = TokenAuthentication().authenticate(Request(request))
        assert found
        assert found[0].email == "alice@acme.test"


def test_the_token_is_read_once_per_request(alice: User) -> None:
    token = logged_in(alice).cookies["access"].value
    request = RequestFactory().get("/", headers={"Authorization": f"Bearer {token}"})
    assert access_token_of(request) is access_token_of(request) is not None


def test_refreshing_gives_new_tokens(alice: User) -> None:
    browser = logged_in(alice)
    access, refresh = browser.access, browser.refresh_token
    answer = browser.refresh()
    assert answer.status_code == 200
    assert answer.json() == {"access_expires_at": browser.access["exp"]}
    assert browser.access["jti"] != access["jti"]
    assert browser.refresh_token["jti"] != refresh["jti"]
    assert browser.access["sid"] == access["sid"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert browser.me().status_code == 200


def test_a_login_ends_after_thirty_days_however_often_it_is_renewed(alice: User) -> None:
    browser = logged_in(alice)
    last = timezone.now().replace(microsecond=0) + timedelta(days=1)
    TokenFamily.objects.update(max_expires_at=last)
    browser.refresh()
    assert browser.refresh_token["exp"] == last.timestamp()


def test_two_tabs_get_the_same_successor(alice: User) -> None:
    one = logged_in(alice)
    other = Browser()
    other.cookies["refresh"] = one.cookies["refresh"].value
    one.refresh()
    age(15)
    one_more = other.refresh()
    assert one_more.status_code == 200
    assert other.refresh_token["jti"] == TokenFamily.objects.get().current_jti
    assert one.refresh().status_code == 200


def test_a_repetition_is_the_same_string(alice: User) -> None:
    raw = logged_in(alice).cookies["refresh"].value
    assert str(rotate(raw).refresh) == str(rotate(raw).refresh)


def test_reuse_ends_the_whole_family(alice: User) -> None:
    browser, thief = logged_in(alice), Browser()
    thief.cookies["refresh"] = browser.cookies["refresh"].value
    browser.refresh()
    age(21)
    answer = thief.refresh()
    assert outcome(answer) == (401, "reuse_detected")
    assert answer.cookies["refresh"].value == ""
    family = TokenFamily.objects.get()
    assert family.revoked_reason == Revocation.REUSE
    assert family.revoked_at is not None
    assert outcome(browser.me()) == (401, "session_ended")
    assert outcome(browser.refresh()) == (401, "session_ended")
    assert browser.get(ALLAUTH + "auth/session").status_code == 401


def test_the_token_before_last_is_stolen_however_soon_it_comes(alice: User) -> None:
    browser = logged_in(alice)
    first = browser.cookies["refresh"].value
    browser.refresh()
    browser.refresh()
    with pytest.raises(ReuseDetected):
        rotate(first)
    assert TokenFamily.objects.get().revoked_reason == Revocation.REUSE


def test_reuse_ends_no_other_login(alice: User) -> None:
    browser, other = logged_in(alice), logged_in(alice)
    first = browser.cookies["refresh"].value
    browser.refresh()
    browser.refresh()
    browser.cookies["refresh"] = first
    assert outcome(browser.refresh()) == (401, "reuse_detected")
    assert other.me().status_code == 200
    assert other.refresh().status_code == 200


@pytest.mark.parametrize("raw", ["", "nonsense", "a.b.c"])
def test_nonsense_is_no_refresh_token(raw: str) -> None:
    browser = Browser()
    browser.cookies["refresh"] = raw
    assert outcome(browser.refresh()) == (401, "session_ended")


def test_an_access_token_is_no_refresh_token(alice: User) -> None:
    with pytest.raises(SessionEnded):
        rotate(logged_in(alice).cookies["access"].value)


def test_a_login_without_its_session_is_over(alice: User) -> None:
    browser = logged_in(alice)
    browser.session.flush()
    assert outcome(browser.refresh()) == (401, "session_ended")
