"""Logging in by another provider, through allauth's dummy of one."""

import json
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from rest_framework.response import Response

from accounts.models import User
from accounts.tests.browser import ALLAUTH, Browser, logged_in
from conftest import PASSWORD, World
from tenants.models import Membership


def arrive(browser: Browser, email: str, *, verified: bool = True, process: str = "login") -> Response:
    """Come from the provider with an account there."""
    said: dict[str, Any] = {"id": 7, "email": email, "email_verified": verified}
    token = {"id_token": json.dumps(said), "client_id": ""}
    return browser.send(ALLAUTH + "auth/provider/token", provider="dummy", process=process, token=token)


def pending(answer: Response) -> str | None:
    assert answer.status_code == 401, answer.content
    return next((flow["id"] for flow in answer.json()["data"]["flows"] if flow.get("is_pending")), None)


def test_who_is_new_says_what_the_tenant_is_called(committed_db: World) -> None:
    browser = Browser("localhost")
    assert pending(arrive(browser, "dora@initech.test")) == "provider_signup"
    assert not User.objects.filter(email="dora@initech.test").exists()
    answer = browser.send(ALLAUTH + "auth/provider/signup", email="dora@initech.test")
    assert [error["param"] for error in answer.json()["errors"]] == ["tenant_name"]
    data = {"email": "dora@initech.test", "tenant_name": "Initech"}
    assert browser.send(ALLAUTH + "auth/provider/signup", **data).status_code == 200
    assert browser.me().json()["tenant"]["slug"] == "initech"
    assert Membership.objects.get(user__email="dora@initech.test").role == "owner"
    again = Browser("localhost")
    assert arrive(again, "dora@initech.test").status_code == 200
    assert again.me().json()["email"] == "dora@initech.test"


@pytest.mark.django_db
def test_an_address_that_the_provider_has_not_verified_is_verified_here(world: World) -> None:
    browser = Browser("localhost")
    arrive(browser, "dora@initech.test", verified=False)
    data = {"email": "dora@initech.test", "tenant_name": "Initech"}
    assert pending(browser.send(ALLAUTH + "auth/provider/signup", **data)) == "verify_email"
    assert "access" not in browser.cookies


@pytest.mark.django_db
@pytest.mark.parametrize("verified", [True, False])
def test_somebodys_address_at_a_provider_does_not_open_their_account(verified: bool, world: World) -> None:
    browser = Browser("localhost")
    arrive(browser, world.alice.email, verified=verified)
    browser.send(ALLAUTH + "auth/provider/signup", email=world.alice.email, tenant_name="Evil")
    assert "access" not in browser.cookies
    assert browser.me().status_code == 401
    assert not SocialAccount.objects.filter(user=world.alice).exists()


@pytest.mark.django_db
def test_whoever_is_logged_in_connects_one_and_then_logs_in_by_it(world: World) -> None:
    browser = logged_in(world.alice)
    assert arrive(browser, "alice@elsewhere.test", process="connect").status_code == 401  # a login that was left open
    assert browser.send(ALLAUTH + "auth/reauthenticate", password=PASSWORD).status_code == 200
    assert arrive(browser, "alice@elsewhere.test", process="connect").status_code == 200
    other = Browser()
    assert arrive(other, "alice@elsewhere.test").status_code == 200
    assert other.me().json()["email"] == world.alice.email
