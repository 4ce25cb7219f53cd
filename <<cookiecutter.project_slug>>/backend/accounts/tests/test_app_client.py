"""allauth's app client: tokens in the body, for mobile apps and scripts."""

import pytest
from rest_framework.test import APIClient

from accounts.models import Revocation, TokenFamily, User
from accounts.tests.browser import outcome, with_bearer
from conftest import PASSWORD
from tenants.models import Tenant

pytestmark = pytest.mark.django_db

APP = "/_allauth/app/v1/"


@pytest.fixture
def app() -> APIClient:
    return APIClient(enforce_csrf_checks=True, HTTP_HOST="localhost")


def log_in(app: APIClient, user: User) -> dict[str, str]:
    answer = app.post(APP + "auth/login", {"email": user.email, "password": PASSWORD})
    assert answer.status_code == 200, answer.content
    assert list(answer.cookies) == []
    meta: dict[str, str] = answer.json()["meta"]
    return meta


def test_logging_in_gives_tokens(app: APIClient, alice: User, acme: Tenant) -> None:
    meta = log_in(app, alice)
    assert meta["expires_in"] == 300
    answer = with_bearer(meta["access_token"], "localhost").get("/api/v1/me")
    assert answer.json()["tenant"]["id"] == acme.pk
    assert TokenFamily.objects.count() == 1


def test_renewing(app: APIClient, alice: User) -> None:
    meta = log_in(app, alice)
    answer = app.post(APP + "tokens/refresh", {"refresh_token": meta["refresh_token"]})
    assert answer.status_code == 200
    data = answer.json()["data"]
    assert data["refresh_token"] != meta["refresh_token"]
    assert with_bearer(data["access_token"], "localhost").get("/api/v1/me").status_code == 200


def test_reuse_ends_the_login(app: APIClient, alice: User) -> None:
    meta = log_in(app, alice)
    first = meta["refresh_token"]
    second = app.post(APP + "tokens/refresh", {"refresh_token": first}).json()["data"]["refresh_token"]
    third = app.post(APP + "tokens/refresh", {"refresh_token": second}).json()["data"]
    assert app.post(APP + "tokens/refresh", {"refresh_token": first}).status_code == 400
    assert TokenFamily.objects.get().revoked_reason == Revocation.REUSE
    assert app.post(APP + "tokens/refresh", {"refresh_token": third["refresh_token"]}).status_code == 400
    assert outcome(with_bearer(third["access_token"], "localhost").get("/api/v1/me")) == (401, "session_ended")


def test_logging_out(app: APIClient, alice: User) -> None:
    meta = log_in(app, alice)
    answer = app.delete(APP + "auth/session", headers={"X-Session-Token": meta["session_token"]})
    assert answer.status_code == 401
    assert outcome(with_bearer(meta["access_token"], "localhost").get("/api/v1/me")) == (401, "session_ended")


def test_signing_in_twice_keeps_both(app: APIClient, alice: User) -> None:
    one, other = log_in(app, alice), log_in(app, alice)
    for meta in (one, other):
        assert with_bearer(meta["access_token"], "localhost").get("/api/v1/me").status_code == 200
