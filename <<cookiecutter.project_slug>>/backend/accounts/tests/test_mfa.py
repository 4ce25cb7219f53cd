"""Second factors and passkeys: nobody is let in before the second one, and what they are made of is not to be read."""

import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from rest_framework.response import Response

from accounts.models import TokenFamily, User
from accounts.tests.authenticators import Passkey, app_code
from accounts.tests.browser import ALLAUTH, Browser, logged_in
from conftest import PASSWORD
from core.crypto import CannotDecrypt, decrypt, encrypt

pytestmark = pytest.mark.django_db

TOTP = ALLAUTH + "account/authenticators/totp"
CODES = ALLAUTH + "account/authenticators/recovery-codes"
PASSKEYS = ALLAUTH + "account/authenticators/webauthn"


def pending(answer: Response) -> str | None:
    assert answer.status_code == 401, answer.content
    return next((flow["id"] for flow in answer.json()["data"]["flows"] if flow.get("is_pending")), None)


def confirm(browser: Browser) -> None:
    """Say once more that it is them: by the password, or by the app if they have one."""
    assert browser.send(ALLAUTH + "auth/reauthenticate", password=PASSWORD).status_code == 200


def with_app(browser: Browser) -> str:
    """Add an authenticator app; its key."""
    confirm(browser)
    secret: str = browser.get(TOTP).json()["meta"]["secret"]
    answer = browser.send(TOTP, code=app_code(secret))
    assert answer.status_code == 200, answer.content
    return secret


def with_passkey(browser: Browser, origin: str = "http://acme.localhost") -> Passkey:
    """Add a passkey."""
    confirm(browser)
    passkey = Passkey(origin)
    options = browser.get(PASSKEYS, {"passwordless": ""}).json()["data"]["creation_options"]["publicKey"]
    answer = browser.send(PASSKEYS, name="Laptop", credential=passkey.register(options))
    assert answer.status_code == 200, answer.content
    return passkey


def log_in_with(passkey: Passkey, browser: Browser) -> Response:
    answer = browser.get(ALLAUTH + "auth/webauthn/login").json()
    options = answer["data"]["request_options"]["publicKey"]
    return browser.send(ALLAUTH + "auth/webauthn/login", credential=passkey.log_in(options))


def test_with_an_app_the_password_alone_opens_nothing(alice: User) -> None:
    first = logged_in(alice)
    with_app(first)
    first.log_out()
    logins = TokenFamily.objects.filter(revoked_at=None).count()
    browser = Browser()
    assert pending(browser.log_in(alice)) == "mfa_authenticate"
    assert not {"access", "refresh"} & browser.cookies.keys()
    assert browser.me().status_code == 401
    assert TokenFamily.objects.filter(revoked_at=None).count() == logins
    wrong = browser.send(ALLAUTH + "auth/2fa/authenticate", code="000000")
    assert (wrong.status_code, wrong.json()["errors"][0]["code"]) == (400, "incorrect_code")


def test_the_apps_code_lets_in_and_is_good_once(alice: User) -> None:
    secret = with_app(logged_in(alice))
    code = app_code(secret, time.time() + 30)  # the next one, as this one was used to add the app
    browser, thief = Browser(), Browser()
    assert pending(browser.log_in(alice)) == pending(thief.log_in(alice)) == "mfa_authenticate"
    assert browser.send(ALLAUTH + "auth/2fa/authenticate", code=code).status_code == 200
    assert browser.me().json()["email"] == alice.email
    assert thief.send(ALLAUTH + "auth/2fa/authenticate", code=code).status_code == 400


def test_a_recovery_code_is_good_once(alice: User) -> None:
    browser = logged_in(alice)
    with_app(browser)
    answer = browser.post(CODES)
    codes = answer.json()["data"]["unused_codes"]
    assert len(codes) == 10
    for wanted in (200, 400):
        other = Browser()
        other.log_in(alice)
        assert other.send(ALLAUTH + "auth/2fa/authenticate", code=codes[0]).status_code == wanted


def test_a_login_that_was_left_open_adds_no_second_factor(alice: User) -> None:
    """Who has found it open does not know the password, and must not lock its owner out."""
    browser = logged_in(alice)
    secret = browser.get(TOTP).json()["meta"]["secret"]
    for answer in (browser.send(TOTP, code=app_code(secret)), browser.get(PASSKEYS)):
        assert answer.status_code == 401, answer.content
        assert answer.json()["meta"]["is_authenticated"] is True
        assert "reauthenticate" in {flow["id"] for flow in answer.json()["data"]["flows"]}
    assert not Authenticator.objects.exists()
    confirm(browser)
    assert browser.send(TOTP, code=app_code(secret)).status_code == 200


def test_a_passkey_lets_in_alone_and_at_every_host_of_ours(alice: User, settings: Any) -> None:
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = False
    browser = logged_in(alice)
    passkey = with_passkey(browser, "https://acme.localhost")
    for host in ("acme.localhost", "localhost", "globex.localhost"):
        passkey.origin = f"https://{host}"
        other = Browser(host)
        assert log_in_with(passkey, other).status_code == 200
        assert other.me().json()["email"] == alice.email


@pytest.mark.parametrize("origin", ["https://evil.test", "https://localhost.evil.test", "http://evil.test"])
def test_a_passkey_that_another_site_asked_for_lets_nobody_in(origin: str, alice: User, settings: Any) -> None:
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = False
    passkey = with_passkey(logged_in(alice), "https://acme.localhost")
    passkey.origin = origin
    browser = Browser()
    assert log_in_with(passkey, browser).status_code == 400
    assert "access" not in browser.cookies


def test_somebody_elses_passkey_lets_nobody_in(alice: User) -> None:
    passkey = with_passkey(logged_in(alice))
    forged = Passkey(passkey.origin)
    forged.id, forged.user = passkey.id, passkey.user
    assert log_in_with(forged, Browser()).status_code == 400


def test_what_they_are_made_of_is_not_to_be_read_in_the_database(alice: User, settings: Any) -> None:
    browser = logged_in(alice)
    secret = with_app(browser)
    browser.post(CODES)
    stored = {row.type: row.data for row in Authenticator.objects.all()}
    assert secret not in str(stored)
    assert decrypt(stored["totp"]["secret"]) == secret
    assert decrypt(stored["recovery_codes"]["seed"])
    settings.ENCRYPTION_KEY_FALLBACKS = [settings.ENCRYPTION_KEY]
    settings.ENCRYPTION_KEY = "another key of at least fifty characters, for a change of it"
    assert decrypt(stored["totp"]["secret"]) == secret
    settings.ENCRYPTION_KEY_FALLBACKS = []
    with pytest.raises(CannotDecrypt, match="No ENCRYPTION_KEY fits"):
        decrypt(stored["totp"]["secret"])


def test_what_was_changed_is_not_decrypted() -> None:
    encrypted = encrypt("secret")
    assert encrypt("secret") != encrypted
    with pytest.raises(CannotDecrypt):
        decrypt(encrypted[:-2] + ("A" if encrypted[-2] != "A" else "B") + encrypted[-1])
