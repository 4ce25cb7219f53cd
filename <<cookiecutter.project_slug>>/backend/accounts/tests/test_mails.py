"""Every mail that allauth may send is one of ours: as text and as HTML, in the product's name, and says what to do."""

import re
from pathlib import Path

import allauth
import pytest
from django.apps import apps
from django.conf import settings
from django.utils import timezone

from accounts.adapters import AccountAdapter
from accounts.mails import MAILS
from accounts.tests.browser import ALLAUTH, Browser, logged_in, newest_code, said
from accounts.tests.test_mfa import with_app
from conftest import PASSWORD

UNUSED = {
    "password_reset_key": "A password is reset by a code, and no link.",
}

CONTEXT = {
    "code": "ABCD-EFGH",
    "email": "alice@acme.test",
    "from_email": "old@acme.test",
    "to_email": "new@acme.test",
    "deleted_email": "old@acme.test",
    "password_reset_url": "http://localhost/reset-password",
    "signup_url": "http://localhost/signup",
    "timestamp": timezone.now(),
    "ip": "203.0.113.7",
    "user_agent": "<script>alert(1)</script>",
    "provider": "Google",
}


def names() -> list[str]:
    """Of the mails of each of allauth's apps that is installed."""
    templates = Path(allauth.__file__).parent / "templates"
    labels = [config.label for config in apps.get_app_configs() if config.name.startswith("allauth.")]
    found = [file for label in labels for file in (templates / label / "email").glob("*_subject.txt")]
    return sorted(file.name.removesuffix("_subject.txt") for file in found)


def test_there_is_one_for_each_and_no_more() -> None:
    assert set(names()) == {*MAILS, *UNUSED}


@pytest.mark.parametrize("name", MAILS)
def test_it_says_the_same_as_text_and_as_html(name: str) -> None:
    made = AccountAdapter().render_mail(f"account/email/{name}", "alice@acme.test", CONTEXT)
    html, kind = made.alternatives[0]
    assert (kind, made.to) == ("text/html", ["alice@acme.test"])
    assert settings.SITE_NAME in made.body
    assert settings.SITE_NAME in html
    assert made.subject
    assert "\n" not in made.subject
    assert "<script>" not in html
    assert "{" not in made.body + html.replace("{{", "")
    code, links = CONTEXT["code"] in made.body, re.findall(r"http://\S+", made.body)
    assert code or links
    assert (CONTEXT["code"] in html) == code
    assert all(link in html for link in links)
    assert "not you" in made.body
    assert not re.search(r"<(img|link|style|script)\b|src=|@import", html)  # nothing is fetched, and nothing dropped


@pytest.mark.django_db
def test_a_new_password_is_told_of(alice, mailoutbox) -> None:
    data = {"current_password": PASSWORD, "new_password": "another horse, another battery"}
    logged_in(alice).post(ALLAUTH + "account/password/change", data, REMOTE_ADDR="203.0.113.7")
    [told] = mailoutbox
    assert (told.to, told.subject) == ([alice.email], "Your password was changed")
    assert "203.0.113.7" in told.body
    assert f"{settings.APP_URL}/reset-password" in told.body


@pytest.mark.django_db
def test_logging_in_by_a_mailed_code(alice) -> None:
    browser = Browser()
    assert browser.send(ALLAUTH + "auth/code/request", email=alice.email).status_code == 401
    assert browser.send(ALLAUTH + "auth/code/confirm", code=newest_code()).status_code == 200
    assert browser.me().json()["email"] == alice.email


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["auth/code/request", "auth/password/request"])
def test_whoever_has_no_account_is_answered_alike(path, alice, mailoutbox) -> None:
    known, unknown = (Browser().send(ALLAUTH + path, email=email) for email in (alice.email, "nobody@acme.test"))
    assert said(known) == said(unknown)
    assert mailoutbox[-1].subject == "There is no account with this address"


def test_a_second_factor_is_told_of_once_it_is_there(committed_db, mailoutbox) -> None:
    browser = logged_in(committed_db.alice)
    with_app(browser)
    browser.delete(ALLAUTH + "account/authenticators/totp")
    assert [mail.subject for mail in mailoutbox] == [
        "An authenticator app was added to your account",
        "The authenticator app was removed from your account",
    ]
