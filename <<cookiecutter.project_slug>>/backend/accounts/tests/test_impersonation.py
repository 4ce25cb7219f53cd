"""An operator works as somebody else: on record, for a while, and with nothing that is the person's alone."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from accounts.models import TokenFamily, User
from accounts.services import create_verified_user
from accounts.tests.browser import ALLAUTH, Browser, logged_in, outcome
from conftest import PASSWORD
from members.models import AuditEvent
from tenants.context import tenant_context
from tenants.models import MaintenanceAccess, Membership, Role, Tenant
from tenants.services import add_member

pytestmark = pytest.mark.django_db

REASON = "Ticket 42: the list is empty"


@pytest.fixture
def operator() -> User:
    return create_verified_user("root@product.test", PASSWORD, is_staff=True, is_superuser=True)


def begin(operator: User, user: User, tenant: Tenant, reason: str = REASON) -> Browser:
    """The operator's browser, in which they work as the user from now on."""
    browser = logged_in(operator, "localhost")
    membership = Membership.objects.get(user=user, tenant=tenant)
    form = {"membership": membership.pk, "reason": reason}
    browser.last = browser.post(f"/admin/accounts/user/{user.pk}/impersonate/", form, format="multipart")
    return browser


def test_they_see_what_the_person_sees_and_it_is_on_record(operator, bob, acme, globex, settings) -> None:
    add_member(tenant=globex, user=bob, role=Role.ADMIN)
    browser = begin(operator, bob, globex)
    assert (browser.last.status_code, browser.last.headers["Location"]) == (302, settings.APP_URL)
    me = browser.me().json()
    assert (me["email"], me["tenant"]["slug"], me["impersonated_by"]) == (bob.email, "globex", operator.email)
    assert browser.get("/api/v1/contacts").status_code == 200
    access = MaintenanceAccess.objects.get()
    assert (access.who, access.slug, access.reason) == (operator.email, "globex", f"as {bob.email}: {REASON}")
    assert timedelta(minutes=59) < access.ended_at - timezone.now() < timedelta(minutes=61)
    browser.post("/api/v1/contacts", {"name": "Ann", "email": "ann@x.test"})
    with tenant_context(globex):
        begun, created = AuditEvent.objects.order_by("created_at")
    assert (begun.action, created.action) == ("member.impersonated", "contact.created")
    for event in (begun, created):
        assert (event.actor_kind, event.actor_email, event.actor_via) == ("operator", bob.email, operator.email)
    assert logged_in(bob).me().json()["impersonated_by"] is None


def test_it_ends_after_an_hour_and_by_logging_out(operator, bob, acme) -> None:
    browser = begin(operator, bob, acme)
    family = TokenFamily.objects.get(impersonator=operator)
    assert family.max_expires_at - timezone.now() <= timedelta(hours=1)
    assert browser.refresh().status_code == 200
    family.refresh_from_db()
    assert family.expires_at == family.max_expires_at
    assert browser.session.get_expiry_age() <= 3600
    assert browser.log_out().status_code == 401
    assert browser.me().status_code == 401
    assert browser.get("/admin/").status_code == 302  # their own login is over, too


def test_nothing_of_the_persons_own_is_open(operator, bob, acme, globex) -> None:
    add_member(tenant=globex, user=bob, role=Role.ADMIN)
    User.objects.filter(pk=bob.pk).update(password=operator.password)
    browser = begin(operator, bob, acme)
    for answer in (
        browser.send(ALLAUTH + "account/password/change", current_password=PASSWORD, new_password="x" * 20),
        browser.get(ALLAUTH + "account/email"),
        browser.get(ALLAUTH + "account/authenticators/totp"),
        browser.get(ALLAUTH + "auth/sessions"),
        browser.send(ALLAUTH + "auth/reauthenticate", password=PASSWORD),
        browser.get("/admin/"),
        browser.get("/maintenance/"),
        browser.post("/api/v1/auth/logout-all"),
        browser.send("/api/v1/auth/switch-tenant", tenant="globex"),
        browser.send("/api/v1/auth/handoff", host="globex.localhost"),
        browser.send("/api/v1/invitations/accept", token="x"),
        browser.post("/api/v1/members/leave"),
    ):
        assert outcome(answer) == (403, "impersonating"), answer.content
    assert browser.get(ALLAUTH + "auth/session").status_code == 200


def test_nothing_sensitive_is_open(operator, alice, acme) -> None:
    browser = begin(operator, alice, acme)
    assert "contacts.write" in (allowed := browser.me().json()["permissions"])
    assert not {"tenant.delete", "tenant.export", "api_keys.manage", "members.manage", "roles.manage"} & set(allowed)
    for answer in (
        browser.post("/api/v1/tenant/export"),
        browser.send("/api/v1/tenant/deletion", slug="acme"),
        browser.send("/api/v1/api-keys", name="X", scopes=["contacts.read"]),
        browser.send("/api/v1/invitations/link", role="admin"),
        browser.send("/api/v1/roles", name="X", permissions=[]),
    ):
        assert outcome(answer) == (403, "permission_required"), answer.content


@pytest.mark.parametrize("kind", ["is_staff", "is_superuser"])
def test_who_may_not_be_had(kind, operator, bob, acme) -> None:
    User.objects.filter(pk=bob.pk).update(**{kind: True})
    browser = begin(operator, bob, acme)
    assert browser.last.status_code == 403
    assert browser.me().json()["email"] == operator.email
    assert not MaintenanceAccess.objects.exists()


def test_staff_needs_the_right_to(operator, bob, acme) -> None:
    User.objects.filter(pk=operator.pk).update(is_superuser=False)
    operator.refresh_from_db()
    of_users = Permission.objects.filter(codename__endswith="_user", content_type__app_label="accounts")
    operator.user_permissions.set(of_users)
    assert begin(operator, bob, acme).last.status_code == 302
    operator.user_permissions.remove(*Permission.objects.filter(codename="impersonate_user"))
    assert begin(operator, bob, acme).last.status_code == 403


def test_it_needs_a_reason_and_a_tenant_of_theirs(operator, bob, acme, globex) -> None:
    page = begin(operator, bob, acme, reason="why not").last
    assert page.status_code == 200
    assert "at least 10 characters" in page.content.decode()
    browser = logged_in(operator, "localhost")
    theirs = Membership.objects.get(tenant=globex)
    form = {"membership": theirs.pk, "reason": REASON}
    page = browser.post(f"/admin/accounts/user/{bob.pk}/impersonate/", form, format="multipart")
    assert "Select a valid choice" in page.content.decode()
    assert not MaintenanceAccess.objects.exists()


def test_the_persons_page_leads_to_it(operator, bob) -> None:
    browser = logged_in(operator, "localhost")
    address = f"/admin/accounts/user/{bob.pk}/impersonate/"
    assert address in browser.get(f"/admin/accounts/user/{bob.pk}/change/").content.decode()
    assert "Work as this person" not in browser.get(f"/admin/accounts/user/{operator.pk}/change/").content.decode()
    page = browser.get(address).content.decode()
    assert "for 60 minutes you work as" in page
