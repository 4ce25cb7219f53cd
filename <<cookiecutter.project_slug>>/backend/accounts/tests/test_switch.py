"""Going on in another tenant, at the product's own host."""

import threading
from typing import Any

import pytest
from django.db import connection
from rest_framework.response import Response
from rest_framework.test import APIClient

from accounts.models import TokenFamily, User
from accounts.tests.browser import Browser, logged_in, outcome, with_bearer
from accounts.tokens import AccessToken, rotate
from conftest import World
from tenants.models import Role, Status, Tenant
from tenants.services import add_member

URL = "/api/v1/auth/switch-tenant"


@pytest.fixture
def both(bob: User, globex: Tenant, db: None) -> User:
    """Bob, a member of Acme, and an admin of Globex as well."""
    add_member(tenant=globex, user=bob, role=Role.ADMIN)
    return bob


def switch(client: APIClient, tenant: object) -> Response:
    return client.post(URL, {"tenant": tenant})


def test_a_browser_goes_on_in_the_other_tenant(both: User, acme: Tenant, globex: Tenant) -> None:
    browser = logged_in(both, "localhost")
    assert browser.me().json()["role"] == "member"
    answer = switch(browser, "globex")
    assert answer.json() == {
        "tenant": {"id": globex.pk, "slug": "globex", "name": "Globex", "host": "globex.localhost"},
        "access_expires_at": browser.access["exp"],
        "access_token": None,
    }
    assert answer.headers["Cache-Control"] == "no-store"
    assert (browser.access["tid"], browser.me().json()["role"]) == (globex.pk, "admin")
    assert switch(browser, acme.pk).json()["tenant"]["slug"] == "acme"
    assert browser.me().json()["role"] == "member"


def test_renewing_keeps_the_tenant_and_the_refresh_token_was_never_replaced(both: User, globex: Tenant) -> None:
    browser = logged_in(both, "localhost")
    before = browser.cookies["refresh"].value
    answer = switch(browser, "globex")
    assert "refresh" not in answer.cookies
    assert browser.cookies["refresh"].value == before
    assert 14 * 86400 - 60 < answer.cookies["session_exp"]["max-age"] <= 14 * 86400
    assert browser.refresh().status_code == 200
    assert browser.access["tid"] == globex.pk


def test_a_bearer_gets_an_access_token_and_no_more(both: User, globex: Tenant) -> None:
    browser = logged_in(both, "localhost")
    answer = switch(with_bearer(browser.access, "localhost"), "globex")
    assert (answer.status_code, list(answer.cookies)) == (200, [])
    assert set(answer.json()) == {"tenant", "access_expires_at", "access_token"}
    assert answer.headers["Cache-Control"] == "no-store"
    assert AccessToken(answer.json()["access_token"])["tid"] == globex.pk
    client = with_bearer(answer.json()["access_token"], "localhost")
    assert client.get("/api/v1/me").json()["tenant"]["slug"] == "globex"


def test_another_login_stays_where_it_is(both: User, acme: Tenant) -> None:
    here, there = logged_in(both, "localhost"), logged_in(both, "localhost")
    switch(here, "globex")
    there.refresh()
    assert there.access["tid"] == acme.pk


@pytest.mark.django_db
def test_a_tenant_of_others_is_as_unknown_as_one_that_is_not_there(bob: User, globex: Tenant) -> None:
    browser = logged_in(bob, "localhost")
    before = TokenFamily.objects.values().get()
    answers = [switch(browser, tenant) for tenant in ("globex", globex.pk, "nobodys", 10**15, "9" * 40, "Globex")]
    assert {outcome(answer) for answer in answers} == {(404, "tenant_unknown")}
    assert len({answer.json()["detail"] for answer in answers}) == 1
    assert TokenFamily.objects.values().get() == before


@pytest.mark.parametrize("tenant", [None, "", {}, [], True, "x" * 41, "a\x00"])
def test_what_names_no_tenant_is_not_valid(tenant: object, both: User) -> None:
    assert outcome(switch(logged_in(both, "localhost"), tenant)) == (400, "validation_error")


def test_at_a_tenants_own_host_the_host_decides(both: User) -> None:
    browser = logged_in(both, "acme.localhost")
    assert outcome(switch(browser, "globex")) == (409, "host_decides")
    assert browser.me().json()["tenant"]["slug"] == "acme"


def test_a_closed_tenant_can_be_switched_to_for_what_is_open_there(both: User, globex: Tenant) -> None:
    Tenant.objects.filter(pk=globex.pk).update(status=Status.SUSPENDED)
    browser = logged_in(both, "localhost")
    assert switch(browser, "globex").status_code == 200
    assert browser.get("/api/v1/tenant").status_code == 200
    assert outcome(browser.get("/api/v1/contacts")) == (403, "tenant_suspended")
    assert switch(browser, "acme").status_code == 200


@pytest.mark.django_db
def test_nobody_switches_without_a_login(acme: Tenant) -> None:
    assert outcome(switch(Browser("localhost"), "acme")) == (401, "not_authenticated")


def test_another_site_switches_nobody(both: User) -> None:
    answer = logged_in(both, "localhost").post(URL, {"tenant": "globex"}, headers={"X-CSRFToken": ""})
    assert outcome(answer) == (403, "csrf_failed")


def test_a_switch_while_tokens_are_renewed_is_not_undone(committed_db: World) -> None:
    add_member(tenant=committed_db.globex, user=committed_db.bob, role=Role.ADMIN)
    browser = logged_in(committed_db.bob, "localhost")
    for tenant in (committed_db.globex, committed_db.acme) * 5:
        _at_once(
            lambda raw=browser.cookies["refresh"].value: rotate(raw), lambda name=tenant.slug: switch(browser, name)
        )
        assert TokenFamily.objects.get().active_tenant == tenant
        browser.cookies["refresh"] = str(rotate(browser.cookies["refresh"].value).refresh)


def _at_once(*calls: Any) -> None:
    barrier = threading.Barrier(len(calls))

    def run(call: Any) -> None:
        barrier.wait()
        try:
            call()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
