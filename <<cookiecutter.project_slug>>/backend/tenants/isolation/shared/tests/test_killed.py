"""A process that is killed, at whatever step, leaves no half tenant; the same command again puts things right."""

from __future__ import annotations

from django.core.management import call_command
from django.db import connections

from conftest import World
from contacts.models import Contact
from members.models import Member
from tenants.context import tenant_context
from tenants.isolation.audit import findings
from tenants.isolation.provisioning import deprovision
from tenants.models import Membership, Tenant
from tenants.tests.killing import killed_at_each_step


def lose_contacts() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("DROP TABLE contacts_contact; DELETE FROM django_migrations WHERE app = 'contacts'")


def test_migrating(committed_db: World) -> None:
    call_command("migrate", verbosity=0)  # a flush took the content types away; making them is no step of this
    lose_contacts()
    for _ in killed_at_each_step(lambda: call_command("migrate", verbosity=0)):
        call_command("migrate", verbosity=0)
        assert findings() == []
        with tenant_context(committed_db.acme):
            assert Contact.objects.count() == 0
        lose_contacts()
    call_command("migrate", verbosity=0)


def create() -> None:
    call_command("create_tenant", "Initech", owner="alice@acme.test", verbosity=0)


def members(tenant: Tenant) -> list[str]:
    with tenant_context(tenant):
        return list(Member.objects.values_list("email", flat=True))


def test_creating(committed_db: World) -> None:
    for _ in killed_at_each_step(create):
        for tenant in Tenant.objects.filter(slug="initech"):  # one that is seen at all is whole
            assert members(tenant) == ["alice@acme.test"]
        create()
        tenant = Tenant.objects.get(slug="initech")
        assert members(tenant) == ["alice@acme.test"]
        assert Membership.objects.filter(tenant=tenant).count() == 1
        deprovision(tenant)
        tenant.delete()
