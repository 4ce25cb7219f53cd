"""Operators read a tenant's rows in a site of their own: one tenant at a time, on the record, and they write none."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.db import InternalError, connections
from django.test import Client
from django.utils import timezone

from accounts.models import User
from contacts.admin import ContactAdmin
from contacts.models import Contact
from tenants import maintenance_site as site
from tenants.context import tenant_context
from tenants.isolation.models import TenantAwareModel
from tenants.lifecycle import suspend_tenant
from tenants.maintenance import LIMIT
from tenants.models import MaintenanceAccess, Tenant

pytestmark = pytest.mark.django_db

INDEX = "/maintenance/"
LIST = "/maintenance/contacts/contact/"
WHY = {"tenant": "acme", "reason": "Ticket 42"}


@pytest.fixture
def contacts(acme: Tenant, globex: Tenant) -> dict[str, Contact]:
    """One contact of each tenant."""
    made = {}
    for tenant in (acme, globex):
        with tenant_context(tenant):
            made[tenant.slug] = Contact.objects.create(name=f"Friend of {tenant.slug}", email=f"x@{tenant.slug}.test")
    return made


def logged_in(user: User, **rights: bool) -> Client:
    User.objects.filter(pk=user.pk).update(**({"is_staff": True, "is_superuser": True} | rights))
    client = Client(HTTP_HOST="localhost")
    client.force_login(user)
    return client


@pytest.fixture
def operator(world: Any) -> Client:
    """A superuser, who is no member of Acme."""
    return logged_in(world.charlie)


@pytest.fixture
def opened(operator: Client, contacts: dict[str, Contact]) -> Client:
    """The same, with Acme open."""
    assert operator.post(f"{INDEX}open/", WHY).status_code == 302
    return operator


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.mark.parametrize("rights", [{"is_superuser": False}, {"is_active": False}])
def test_it_is_for_superusers(rights: dict[str, bool], alice: User, contacts: dict[str, Contact]) -> None:
    client = logged_in(alice, **rights)
    for method, path in (("get", INDEX), ("get", LIST), ("post", f"{INDEX}open/"), ("post", f"{INDEX}close/")):
        answer = getattr(client, method)(path, WHY)
        assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (302, "/maintenance/login/")
    assert not MaintenanceAccess.objects.exists()


def test_nothing_is_seen_before_a_tenant_is_open(operator: Client, contacts: dict[str, Contact]) -> None:
    page = text(operator, INDEX)
    assert "Tenant&#x27;s subdomain" in page
    assert LIST not in page
    for path in (LIST, f"{LIST}{contacts['acme'].pk}/change/", f"{LIST}{contacts['globex'].pk}/change/"):
        assert operator.get(path).status_code == 403


def test_at_a_tenants_own_address_neither(alice: User, contacts: dict[str, Contact]) -> None:
    """Not for its member either: there is the admin for them."""
    client = logged_in(alice)
    assert client.get(LIST, headers={"host": "acme.localhost"}).status_code == 403


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({**WHY, "tenant": "nobody"}, "No tenant has this subdomain."),
        ({**WHY, "reason": " "}, "This field is required."),
        ({**WHY, "tenant": ""}, "This field is required."),
    ],
)
def test_it_wants_a_tenant_and_a_reason(data: dict[str, str], said: str, operator: Client) -> None:
    answer = operator.post(f"{INDEX}open/", data)
    assert said in answer.content.decode()
    assert f'value="{data["tenant"]}"' in answer.content.decode() or not data["tenant"]
    assert not MaintenanceAccess.objects.exists()


def test_a_tenant_that_is_being_upgraded_is_not_opened(operator: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site, "is_ready", lambda tenant: False)
    answer = operator.post(f"{INDEX}open/", WHY)
    assert "being upgraded or moved" in answer.content.decode()
    assert not MaintenanceAccess.objects.exists()


def test_nor_is_it_read_on(opened: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site, "is_ready", lambda tenant: False)
    assert opened.get(LIST).status_code == 403


def test_the_opened_tenants_rows_are_seen_and_nobody_elses(opened: Client, contacts: dict[str, Contact]) -> None:
    assert "Maintenance: Acme" in text(opened, INDEX)
    assert LIST in text(opened, INDEX)
    page = text(opened, LIST)
    assert "Friend of acme" in page
    assert "Friend of globex" not in page
    assert "Friend of acme" in text(opened, f"{LIST}{contacts['acme'].pk}/change/")
    assert opened.get(f"{LIST}{contacts['globex'].pk}/change/").status_code == 302


def test_it_is_on_record(opened: Client, acme: Tenant, caplog: pytest.LogCaptureFixture) -> None:
    access = MaintenanceAccess.objects.get()
    assert (access.who, access.reason) == ("charlie@globex.test", "Ticket 42")
    assert (access.tenant_id, access.slug) == (acme.pk, "acme")
    assert access.ended_at is not None
    assert abs(access.ended_at - access.started_at - LIMIT) < timedelta(seconds=1)
    with caplog.at_level(logging.INFO, "tenants.maintenance_site"):
        opened.get(LIST)
    assert f"charlie@globex.test reads {LIST} of the tenant acme" in caplog.text


def test_nothing_is_changed(opened: Client, contacts: dict[str, Contact], acme: Tenant) -> None:
    own = f"{LIST}{contacts['acme'].pk}"
    values = {"name": "x", "email": "x@x.test", "phone": "", "company": "", "post": "yes"}
    action = {"action": "delete_selected", "_selected_action": [str(contacts["acme"].pk)], "post": "yes"}
    for path in (f"{LIST}add/", f"{own}/change/", f"{own}/delete/"):
        assert opened.post(path, values).status_code == 403
    opened.post(LIST, action)
    with tenant_context(acme):
        assert [contact.name for contact in Contact.objects.all()] == ["Friend of acme"]


def test_what_writes_all_the_same_is_refused_by_the_database(
    opened: Client, monkeypatch: pytest.MonkeyPatch, acme: Tenant
) -> None:
    """As a view of somebody's own ModelAdmin might."""

    def careless(self: ContactAdmin, request: Any) -> Any:
        Contact.objects.update(name="x")
        return super(ContactAdmin, self).get_queryset(request)

    monkeypatch.setattr(ContactAdmin, "get_queryset", careless)
    with pytest.raises(InternalError, match="read-only transaction"):
        opened.get(LIST)
    monkeypatch.undo()
    assert "Friend of acme" in text(opened, LIST)


def test_afterwards_the_connection_writes_again(opened: Client, acme: Tenant) -> None:
    opened.get(LIST)
    with tenant_context(acme):
        assert Contact.objects.update(name="x") == 1


def test_it_ends_when_it_is_closed(opened: Client) -> None:
    assert opened.post(f"{INDEX}close/").status_code == 302
    access = MaintenanceAccess.objects.get()
    assert access.ended_at is not None
    assert access.ended_at <= timezone.now()
    assert opened.get(LIST).status_code == 403


def test_it_ends_by_itself(opened: Client) -> None:
    MaintenanceAccess.objects.update(ended_at=timezone.now())
    assert opened.get(LIST).status_code == 403


def test_another_operators_record_opens_nothing(opened: Client, bob: User) -> None:
    other = logged_in(bob)
    session = other.session
    session[site.ACCESS] = MaintenanceAccess.objects.get().pk
    session.save()
    assert other.get(LIST).status_code == 403
    other.post(f"{INDEX}close/")
    assert opened.get(LIST).status_code == 200


def test_whoever_is_no_superuser_any_more_reads_no_more(opened: Client) -> None:
    User.objects.filter(email="charlie@globex.test").update(is_superuser=False)
    assert opened.get(LIST).status_code == 302


def test_one_at_a_time(opened: Client) -> None:
    opened.post(f"{INDEX}open/", {**WHY, "tenant": "Globex"})
    page = text(opened, LIST)
    assert "Friend of globex" in page
    assert "Friend of acme" not in page
    latest, first = MaintenanceAccess.objects.order_by("-pk")
    assert (latest.slug, first.slug) == ("globex", "acme")
    assert first.ended_at is not None
    assert first.ended_at <= timezone.now()


def test_a_suspended_tenant_can_be_read(opened: Client, acme: Tenant) -> None:
    suspend_tenant(acme, reason="unpaid")
    assert "Friend of acme" in text(opened, LIST)


def test_one_that_is_gone_cannot(opened: Client) -> None:
    MaintenanceAccess.objects.update(tenant_id=987654321)
    assert opened.get(LIST).status_code == 403
    assert text(opened, INDEX)


def test_an_operator_can_log_out(opened: Client) -> None:
    assert opened.post(f"{INDEX}logout/").status_code == 200
    assert opened.get(LIST).status_code == 302


def test_whatever_a_tenants_staff_see_is_there() -> None:
    """With no registration of its own."""
    shown = {model for model in admin.site._registry if issubclass(model, TenantAwareModel)}
    assert shown
    assert set(site.maintenance_site._registry) == shown
    assert all(isinstance(shown_by, site.ReadOnlyAdmin) for shown_by in site.maintenance_site._registry.values())


def test_the_control_planes_connection_is_not_left_read_only(opened: Client) -> None:
    opened.get(LIST)
    with connections["default"].cursor() as cursor:
        cursor.execute("SHOW transaction_read_only")
        assert cursor.fetchone() == ("off",)
