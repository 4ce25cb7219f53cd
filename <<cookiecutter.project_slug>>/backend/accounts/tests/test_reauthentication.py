"""What wants a login to be recent."""

import time
from typing import Any

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.urls import path
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import TokenAuthentication
from accounts.models import TokenFamily, User
from accounts.reauthentication import require_recent
from accounts.sessions import session_of
from accounts.tests.browser import ALLAUTH, Browser, logged_in, outcome, with_bearer
from config.urls import urlpatterns as all_urls
from conftest import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.urls("accounts.tests.test_reauthentication")]

REQUIRED = (403, "reauthentication_required")


class DangerousView(APIView):
    permission_classes = (IsAuthenticated,)

    def post(self, request: Request) -> Response:
        require_recent(request)
        return Response({})


class KeyAuthentication(TokenAuthentication):
    """Somebody comes by other means than a login."""

    def authenticate(self, request: Request) -> Any:
        user, _ = super().authenticate(request) or (None, None)
        return user, "a key"


urlpatterns = [
    path("api/v1/dangerous", DangerousView.as_view()),
    path("api/v1/by-key", DangerousView.as_view(authentication_classes=[KeyAuthentication])),
    *all_urls,
]


def age_authentication(seconds: int) -> None:
    """Let all who are logged in have authenticated that much earlier."""
    for family in TokenFamily.objects.select_related("user_session"):
        session = session_of(family.user_session.session_key)
        for record in session[AUTHENTICATION_METHODS_SESSION_KEY]:
            record["at"] -= seconds
        session.modified = True
        session.save()


def do(client: Any) -> Any:
    return client.post("/api/v1/dangerous")


def test_shortly_after_logging_in_it_goes(alice: User) -> None:
    browser = logged_in(alice)
    age_authentication(290)
    assert do(browser).status_code == 200
    assert do(with_bearer(browser.access)).status_code == 200


def test_later_they_authenticate_again(alice: User) -> None:
    browser = logged_in(alice)
    age_authentication(310)
    assert outcome(do(browser)) == REQUIRED
    assert outcome(do(with_bearer(browser.access))) == REQUIRED
    assert browser.send(ALLAUTH + "auth/reauthenticate", password="wrong").status_code == 400
    assert outcome(do(browser)) == REQUIRED
    assert browser.send(ALLAUTH + "auth/reauthenticate", password=PASSWORD).status_code == 200
    assert do(browser).status_code == 200


def test_renewing_the_tokens_is_not_authenticating(alice: User) -> None:
    browser = logged_in(alice)
    age_authentication(310)
    browser.refresh()
    assert outcome(do(browser)) == REQUIRED


def test_an_app_authenticates_again_too(alice: User) -> None:
    app, url = Browser("localhost"), "/_allauth/app/v1/auth/"
    meta = app.send(url + "login", email=alice.email, password=PASSWORD).json()["meta"]
    client = with_bearer(meta["access_token"], "localhost")
    age_authentication(310)
    assert outcome(do(client)) == REQUIRED
    headers = {"X-Session-Token": meta["session_token"]}
    assert app.post(url + "reauthenticate", {"password": PASSWORD}, headers=headers).status_code == 200
    assert do(client).status_code == 200


def test_another_login_of_the_same_person_does_not_count(alice: User) -> None:
    here = logged_in(alice)
    age_authentication(310)
    logged_in(alice)
    assert outcome(do(here)) == REQUIRED


def test_nor_does_what_the_session_has_of_another_person(alice: User) -> None:
    browser = logged_in(alice)
    session = session_of(TokenFamily.objects.get().user_session.session_key)
    session["account_authentication_methods_user"] = "0"
    session.save()
    assert outcome(do(browser)) == REQUIRED


def test_a_login_that_was_handed_over_has_to_first(alice: User) -> None:
    browser = logged_in(alice)
    session = session_of(TokenFamily.objects.get().user_session.session_key)
    del session[AUTHENTICATION_METHODS_SESSION_KEY]
    session.save()
    assert outcome(do(browser)) == REQUIRED


def test_whoever_comes_by_a_key_cannot(alice: User) -> None:
    assert outcome(logged_in(alice).post("/api/v1/by-key")) == REQUIRED


def test_the_timeout_is_a_setting(alice: User, settings: Any) -> None:
    browser = logged_in(alice)
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 1
    assert do(browser).status_code == 200
    time.sleep(1.1)
    assert outcome(do(browser)) == REQUIRED
