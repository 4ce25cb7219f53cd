"""Keys that change while tokens of the one before are about, and tokens that name a key they were not signed with."""

from collections.abc import Callable
from typing import Any

import jwt
import pytest

from accounts.models import User
from accounts.signing import key_id
from accounts.tests.browser import Browser, logged_in, outcome, with_bearer
from accounts.tokens import AccessToken

pytestmark = pytest.mark.django_db

NEW, OTHER = "new-key-" + "n" * 60, "other-key-" + "o" * 60


@pytest.fixture
def rotate_keys(settings: Any) -> Callable[..., None]:
    """`rotate_keys(NEW, …)`: the first signs from now on, and the further ones verify."""

    def rotate(signing: str, *fallbacks: str) -> None:
        settings.JWT_SIGNING_KEY, settings.JWT_SIGNING_KEY_FALLBACKS = signing, list(fallbacks)

    return rotate


def test_a_token_names_its_key_without_telling_it(alice: User, settings: Any) -> None:
    header = jwt.get_unverified_header(logged_in(alice).cookies["access"].value)
    assert header == {"alg": "HS256", "typ": "JWT", "kid": key_id(settings.JWT_SIGNING_KEY)}
    assert header["kid"] not in settings.JWT_SIGNING_KEY
    assert len(header["kid"]) == 16


def test_with_a_new_key_nobody_is_logged_out(alice: User, settings: Any, rotate_keys: Callable[..., None]) -> None:
    browser, before = logged_in(alice), settings.JWT_SIGNING_KEY
    rotate_keys(NEW, before)
    assert browser.me().status_code == 200
    assert browser.refresh().status_code == 200
    rotate_keys(NEW)
    assert browser.me().status_code == 200
    assert browser.refresh().status_code == 200


def test_processes_that_do_not_sign_with_the_new_key_yet_take_it(
    alice: User, settings: Any, rotate_keys: Callable[..., None]
) -> None:
    before = settings.JWT_SIGNING_KEY
    rotate_keys(NEW, before)
    token = logged_in(alice).cookies["access"].value
    rotate_keys(before, NEW)
    assert with_bearer(token).get("/api/v1/me").status_code == 200


def test_a_key_that_was_taken_away_is_worth_nothing(alice: User, rotate_keys: Callable[..., None]) -> None:
    browser = logged_in(alice)
    rotate_keys(NEW, OTHER)
    assert outcome(browser.me()) == (401, "token_invalid")
    assert outcome(browser.refresh()) == (401, "session_ended")


def _forged(token: AccessToken, key: str | None, algorithm: str = "HS256", **headers: Any) -> str:
    payload = jwt.decode(str(token), options={"verify_signature": False})
    return jwt.encode(payload, key, algorithm, headers=headers)


FORGERIES: dict[str, Callable[[AccessToken, str], str]] = {
    "a key of somebody else's, under our name": lambda token, ours: _forged(token, OTHER, kid=key_id(ours)),
    "a key of somebody else's, under its own name": lambda token, ours: _forged(token, OTHER, kid=key_id(OTHER)),
    "our key, under another name": lambda token, ours: _forged(token, ours, kid=key_id(OTHER)),
    "our key, under the name of our other": lambda token, ours: _forged(token, ours, kid=key_id(NEW)),
    "our key, without a name": lambda token, ours: _forged(token, ours),
    "a path for a name": lambda token, ours: _forged(token, "\n" * 32, kid="../../dev/null"),
    "a key that the token brings along": lambda token, ours: _forged(
        token, OTHER, kid=key_id(OTHER), jwk={"kty": "oct", "k": "b3RoZXI"}, jku="https://evil.example/keys"
    ),
    "no algorithm, under our key's name": lambda token, ours: _forged(token, None, "none", kid=key_id(ours)),
    "another algorithm, with our key": lambda token, ours: _forged(token, ours, "HS384", kid=key_id(ours)),
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES.keys())
def test_a_token_counts_if_the_key_that_it_names_has_signed_it(
    forge: Callable[[AccessToken, str], str], alice: User, settings: Any, rotate_keys: Callable[..., None]
) -> None:
    browser, ours = logged_in(alice), settings.JWT_SIGNING_KEY
    rotate_keys(ours, NEW)
    forged = forge(browser.access, ours)
    assert outcome(with_bearer(forged).get("/api/v1/me")) == (401, "token_invalid")
    thief = Browser()
    thief.cookies["refresh"] = forged
    assert outcome(thief.refresh()) == (401, "session_ended")


def test_a_name_that_is_no_text_is_refused(alice: User, settings: Any) -> None:
    whole = str(logged_in(alice).access)
    header = jwt.utils.base64url_encode(b'{"alg": "HS256", "kid": ["a"]}').decode()
    assert outcome(with_bearer(f"{header}.{whole.partition('.')[2]}").get("/api/v1/me")) == (401, "token_invalid")


def test_our_key_under_its_own_name_is_taken(alice: User, settings: Any, rotate_keys: Callable[..., None]) -> None:
    browser, ours = logged_in(alice), settings.JWT_SIGNING_KEY
    rotate_keys(NEW, ours)
    forged = _forged(browser.access, ours, kid=key_id(ours))
    assert with_bearer(forged).get("/api/v1/me").status_code == 200
