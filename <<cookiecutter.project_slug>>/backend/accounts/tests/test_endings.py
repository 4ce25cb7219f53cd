"""Each way in which a login ends, and what its tokens are worth then: as cookies, as a bearer, at renewal."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.models import Revocation, TokenFamily, User
from accounts.tasks import clear_expired_sessions, purge_ended_logins
from accounts.tests.browser import ALLAUTH, Browser, logged_in, outcome, with_bearer
from conftest import PASSWORD
from tenants.models import Role, Tenant
from tenants.services import add_member

pytestmark = pytest.mark.django_db

NEW_PASSWORD = "another horse, another battery"


def log_out(browser: Browser, user: User) -> None:
    browser.log_out()


def log_out_everywhere(browser: Browser, user: User) -> None:
    logged_in(user).post("/api/v1/auth/logout-all")


def end_the_session_from_another(browser: Browser, user: User) -> None:
    other = logged_in(user)
    sessions = other.get(ALLAUTH + "auth/sessions").json()["data"]
    ended = [session["id"] for session in sessions if not session["is_current"]]
    assert other.delete(ALLAUTH + "auth/sessions", {"sessions": ended}).status_code == 200


def change_the_password_elsewhere(browser: Browser, user: User) -> None:
    data = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
    assert logged_in(user).post(ALLAUTH + "account/password/change", data).status_code == 200


def deactivate(browser: Browser, user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


def delete(browser: Browser, user: User) -> None:
    User.objects.get(pk=user.pk).delete()


def steal_the_refresh_token(browser: Browser, user: User) -> None:
    """The thief comes after the owner, twice renewed by then."""
    thief = Browser()
    thief.cookies["refresh"] = browser.cookies["refresh"].value
    browser.refresh()
    browser.refresh()
    assert outcome(thief.refresh()) == (401, "reuse_detected")


def be_the_thief_first(browser: Browser, user: User) -> None:
    """The thief renews twice; the owner's own token is then the one that had been used."""
    thief = Browser()
    thief.cookies["refresh"] = browser.cookies["refresh"].value
    thief.refresh()
    thief.refresh()
    assert outcome(browser.refresh()) == (401, "reuse_detected")
    assert outcome(thief.me()) == (401, "session_ended")
    assert outcome(thief.refresh()) == (401, "session_ended")


ENDINGS = [
    log_out,
    log_out_everywhere,
    end_the_session_from_another,
    change_the_password_elsewhere,
    deactivate,
    delete,
    steal_the_refresh_token,
    be_the_thief_first,
]


@pytest.mark.parametrize("end", ENDINGS)
def test_tokens_of_a_login_that_has_ended_are_worth_nothing(end: Callable[[Browser, User], None], bob: User) -> None:
    browser = logged_in(bob)
    kept = {name: browser.cookies[name].value for name in ("access", "refresh", "sessionid")}
    end(browser, bob)
    thief = Browser()
    for name, value in kept.items():
        thief.cookies[name] = value
    assert outcome(with_bearer(kept["access"]).get("/api/v1/me")) == (401, "session_ended")
    assert outcome(thief.me()) == (401, "session_ended")
    assert thief.get(ALLAUTH + "auth/session").status_code == 401
    answer = thief.refresh()
    assert answer.status_code == 401
    assert answer.cookies["access"].value == ""


def test_whoever_is_taken_out_of_a_tenant_is_out_with_the_next_request(bob: User, globex: Tenant) -> None:
    add_member(tenant=globex, user=bob, role=Role.MEMBER)
    here, there = logged_in(bob, "acme.localhost"), logged_in(bob, "globex.localhost")
    bob.memberships.filter(tenant=globex).delete()
    assert outcome(there.get("/api/v1/contacts")) == (403, "not_a_member")
    assert outcome(with_bearer(there.access, "localhost").get("/api/v1/contacts")) == (403, "not_a_member")
    assert there.refresh().status_code == 200
    assert there.access.get("tid") is None
    assert outcome(there.get("/api/v1/contacts")) == (403, "not_a_member")
    assert here.get("/api/v1/contacts").status_code == 200


def test_a_tenant_that_is_gone_takes_no_login_along(bob: User, acme: Tenant) -> None:
    browser = logged_in(bob, "localhost")
    TokenFamily.objects.update(active_tenant=None)
    assert browser.refresh().status_code == 200
    assert browser.access.get("tid") is None


# --- Purging ---------------------------------------------------------------------------------------------------------


def days_ago(days: float) -> datetime:
    return timezone.now() - timedelta(days=days)


@pytest.mark.parametrize("field", ["revoked_at", "expires_at"])
def test_a_login_that_ended_a_month_ago_is_deleted_with_its_session_row(field: str, alice: User) -> None:
    browser = logged_in(alice)
    TokenFamily.objects.update(**{field: days_ago(29)})
    assert purge_ended_logins() == 0
    TokenFamily.objects.update(**{field: days_ago(31)})
    assert purge_ended_logins() == 1
    assert (TokenFamily.objects.count(), UserSession.objects.count()) == (0, 0)
    assert outcome(browser.me()) == (401, "session_ended")


def test_a_login_that_stands_stays(alice: User) -> None:
    browser = logged_in(alice)
    assert purge_ended_logins() == 0
    assert browser.refresh().status_code == 200


def test_of_an_old_revocation_only_the_row_goes(alice: User) -> None:
    old, current = logged_in(alice), logged_in(alice)
    TokenFamily.objects.filter(pk=old.access["sid"]).update(revoked_at=days_ago(31), revoked_reason=Revocation.REUSE)
    assert purge_ended_logins() == 1
    assert current.me().status_code == 200


def test_sessions_that_are_over_are_deleted(alice: User) -> None:
    over, going_on = logged_in(alice).session.session_key, logged_in(alice).session.session_key
    Session.objects.filter(pk=over).update(expire_date=timezone.now() - timedelta(seconds=1))
    clear_expired_sessions()
    assert list(Session.objects.values_list("pk", flat=True)) == [going_on]
