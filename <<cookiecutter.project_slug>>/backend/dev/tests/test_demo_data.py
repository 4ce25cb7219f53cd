"""The demo data: what the screen promises is there, and making them again changes nothing."""

import pytest
from django.core.management import call_command

from accounts.models import User
from contacts.models import Contact
from dev import demo
from tenants.context import tenant_context
from tenants.models import Membership, Tenant


@pytest.fixture
def other_demo(monkeypatch: pytest.MonkeyPatch) -> list[demo.DemoTenant]:
    """The same demo under other names, since the tests' own tenants have these already."""
    renamed = [demo.DemoTenant(f"Demo {one.name}", f"demo-{one.slug}", one.roles) for one in demo.TENANTS]
    monkeypatch.setattr(demo, "TENANTS", renamed)
    return renamed


def test_everybody_who_is_promised_is_there(committed_db: object, other_demo: list[demo.DemoTenant]) -> None:
    for _ in range(2):
        call_command("demo_data")
        for wanted in other_demo:
            tenant = Tenant.objects.get(slug=wanted.slug)
            assert tenant.name == wanted.name
            roles = Membership.objects.filter(tenant=tenant).values_list("user__email", "role")
            assert dict(roles) == wanted.roles
            with tenant_context(tenant):
                assert Contact.objects.count() == demo.CONTACTS
    assert User.objects.get(email="gina@globex.test").check_password(demo.PASSWORD)


def test_edits_stay(committed_db: object, other_demo: list[demo.DemoTenant]) -> None:
    call_command("demo_data")
    tenant = Tenant.objects.get(slug="demo-acme")
    with tenant_context(tenant):
        contact = Contact.objects.first()
        assert contact
        contact.name = "Edited by hand"
        contact.save()
    call_command("demo_data")
    with tenant_context(tenant):
        assert Contact.objects.filter(name="Edited by hand").count() == 1
        assert Contact.objects.count() == demo.CONTACTS


def test_the_screen_says_who_is_what() -> None:
    assert demo.people()["bob@acme.test"] == ["member of Acme Corp", "admin of Globex"]
