"""The admin shows contacts inside their tenant, to staff who belong to it, and nowhere else."""

import logging

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.test import Client, RequestFactory

from contacts.models import Contact
from tenants.context import tenant_context
from tenants.tenant_admin import check_admin

pytestmark = pytest.mark.django_db

LIST = "/admin/contacts/contact/"


@pytest.fixture
def contacts(acme, globex):
    """One contact of each tenant."""
    made = {}
    for tenant in (acme, globex):
        with tenant_context(tenant):
            made[tenant.slug] = Contact.objects.create(name=f"Friend of {tenant.slug}", email=f"x@{tenant.slug}.test")
    return made


def staff_at(host, user):
    type(user).objects.filter(pk=user.pk).update(is_staff=True, is_superuser=True)
    client = Client(HTTP_HOST=host)
    client.force_login(user)
    return client


def test_a_tenants_staff_see_its_own(contacts, alice):
    page = staff_at("acme.localhost", alice).get(LIST).content.decode()
    assert "Friend of acme" in page
    assert "Friend of globex" not in page


def test_another_tenants_row_is_not_there(contacts, alice):
    client = staff_at("acme.localhost", alice)
    for action in ("change", "delete", "history"):
        answer = client.get(f"{LIST}{contacts['globex'].pk}/{action}/")
        assert (answer.status_code, answer.headers.get("Location")) == (302, "/admin/")
        assert client.get(f"{LIST}{contacts['acme'].pk}/{action}/").status_code == 200


@pytest.mark.parametrize("host", ["localhost", "globex.localhost"])
def test_elsewhere_the_model_is_not_there(contacts, alice, host):
    """Not for a superuser either: at another tenant's address, or at nobody's."""
    client = staff_at(host, alice)
    index = client.get("/admin/")
    assert index.status_code == 200
    assert "/admin/tenants/tenant/" in index.content.decode()
    assert LIST not in index.content.decode()
    for address in (LIST, f"{LIST}add/"):
        assert client.get(address).status_code == 403
    for action in ("change", "delete", "history"):
        assert client.get(f"{LIST}{contacts['globex'].pk}/{action}/").status_code == 403


@pytest.mark.parametrize("what", ["view", "add", "change", "delete"])
def test_each_permission_is_for_members(what, alice, acme, globex):
    alice.is_superuser = alice.is_staff = True
    request = RequestFactory().get("/")
    request.user = alice
    may = getattr(admin.site.get_model_admin(Contact), f"has_{what}_permission")
    answers = []
    for tenant in (acme, globex, None):
        with tenant_context(tenant):
            answers.append(may(request))
    alice.is_superuser = alice.is_staff = False
    assert answers == [True, False, False]


def test_what_staff_do_stays_with_the_tenant(contacts, alice, acme, caplog):
    client = staff_at("acme.localhost", alice)
    caplog.set_level(logging.INFO, "tenants.tenant_admin")
    data = {"name": "Dora", "email": "dora@x.test", "phone": "", "company": ""}
    assert client.post(f"{LIST}add/", data).status_code == 302
    with tenant_context(acme):
        dora = Contact.objects.get(email="dora@x.test")
    assert client.post(f"{LIST}{dora.pk}/change/", data | {"name": "Dora D."}).status_code == 302
    assert client.post(f"{LIST}{dora.pk}/delete/", {"post": "yes"}).status_code == 302
    with tenant_context(acme):
        assert not Contact.objects.filter(email="dora@x.test").exists()
    assert [record.getMessage() for record in caplog.records if record.name == "tenants.tenant_admin"] == [
        f"The user {alice.pk} has {what} the contact {dora.pk}" for what in ("added", "changed", "deleted")
    ]
    assert not LogEntry.objects.exists()


def test_an_admin_that_would_show_them_to_others_is_found():
    assert check_admin(None) == []
    site = admin.AdminSite("careless")
    site.register(Contact, admin.ModelAdmin)
    assert [(fault.id, fault.msg) for fault in check_admin(None)] == [
        ("tenants.E003", "ModelAdmin would show contacts.Contact to staff who are no members of the tenant.")
    ]
    site.unregister(Contact)
