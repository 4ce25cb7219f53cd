"""Which tenant a token is for."""

import pytest
from django.utils import timezone

from accounts.models import TokenFamily, User
from accounts.tests.browser import Browser, logged_in, outcome, with_bearer
from tenants.models import Domain, Role, Tenant
from tenants.registry import held_by
from tenants.services import add_member

pytestmark = pytest.mark.django_db


def tenant_of(browser: Browser) -> object:
    return browser.access.get("tid")


def test_at_a_tenants_host_it_is_the_hosts(bob: User, acme: Tenant, globex: Tenant) -> None:
    add_member(tenant=globex, user=bob, role=Role.ADMIN)
    assert tenant_of(logged_in(bob, "globex.localhost")) == globex.pk
    assert tenant_of(logged_in(bob, "acme.localhost:3000")) == acme.pk


def test_at_a_custom_domain_too(bob: User, acme: Tenant, globex: Tenant, settings: object) -> None:
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "app.globex.test"]
    Domain.objects.create(tenant=globex, host="app.globex.test", verified_at=timezone.now())
    add_member(tenant=globex, user=bob, role=Role.ADMIN)
    assert tenant_of(logged_in(bob, "app.globex.test")) == globex.pk


def test_at_the_products_own_host_it_is_the_first_one_joined(bob: User, acme: Tenant, globex: Tenant) -> None:
    add_member(tenant=globex, user=bob, role=Role.ADMIN)
    browser = logged_in(bob, "localhost")
    assert tenant_of(browser) == acme.pk
    assert browser.me().json()["role"] == "member"


def test_whoever_is_no_member_of_the_hosts_tenant_has_none_there(charlie: User, globex: Tenant) -> None:
    browser = logged_in(charlie, "acme.localhost")
    assert tenant_of(browser) is None
    assert browser.me().json() == {
        "id": charlie.pk,
        "email": "charlie@globex.test",
        "name": "Charlie",
        "tenant": None,
        "role": None,
        "role_name": None,
        "permissions": [],
        "impersonated_by": None,
        "memberships": [
            {
                "tenant": {"id": globex.pk, "slug": "globex", "name": "Globex", "host": "globex.localhost"},
                "role": "owner",
                "role_name": "Owner",
            }
        ],
    }
    assert outcome(browser.get("/api/v1/contacts")) == (403, "not_a_member")
    assert browser.log_out().status_code == 401


def test_somebody_without_any_tenant_has_none(alice: User) -> None:
    alice.memberships.all().delete()
    browser = logged_in(alice, "localhost")
    assert tenant_of(browser) is None
    answer = browser.me().json()
    assert (answer["tenant"], answer["role"], answer["memberships"]) == (None, None, [])
    assert outcome(browser.get("/api/v1/contacts")) == (403, "tenant_required")


@pytest.mark.parametrize("path", ["/api/v1/me", "/api/v1/contacts"])
def test_a_token_for_one_tenant_is_refused_at_anothers_host(path: str, bob: User, globex: Tenant) -> None:
    add_member(tenant=globex, user=bob, role=Role.ADMIN)
    browser = logged_in(bob, "acme.localhost")
    token = browser.cookies["access"].value
    assert outcome(with_bearer(token, "globex.localhost").get(path)) == (403, "tenant_mismatch")
    browser.defaults["HTTP_HOST"] = "globex.localhost"
    assert outcome(browser.get(path)) == (403, "tenant_mismatch")


def test_renewing_keeps_the_tenant(bob: User, acme: Tenant) -> None:
    browser = logged_in(bob, "localhost")
    browser.refresh()
    assert tenant_of(browser) == acme.pk


def test_renewing_asks_again_whether_they_are_a_member(bob: User, globex: Tenant) -> None:
    browser = logged_in(bob, "localhost")
    add_member(tenant=globex, user=bob, role=Role.ADMIN)
    bob.memberships.exclude(tenant=globex).delete()
    browser.refresh()
    assert tenant_of(browser) is None
    assert TokenFamily.objects.get().active_tenant is None


def test_me(bob: User, acme: Tenant, globex: Tenant) -> None:
    add_member(tenant=globex, user=bob, role=Role.ADMIN)
    here = {"id": acme.pk, "slug": "acme", "name": "Acme", "host": "acme.localhost"}
    there = {"id": globex.pk, "slug": "globex", "name": "Globex", "host": "globex.localhost"}
    assert logged_in(bob).me().json() == {
        "id": bob.pk,
        "email": "bob@acme.test",
        "name": "Bob",
        "tenant": here,
        "role": "member",
        "role_name": "Member",
        "permissions": sorted(held_by(Role.MEMBER)),
        "impersonated_by": None,
        "memberships": [
            {"tenant": here, "role": "member", "role_name": "Member"},
            {"tenant": there, "role": "admin", "role_name": "Admin"},
        ],
    }
