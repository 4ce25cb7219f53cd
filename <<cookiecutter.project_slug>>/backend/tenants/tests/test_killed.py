"""A process that is killed, at whatever step, leaves no half tenant; the same command again puts things right."""

from __future__ import annotations

from django.core.management import call_command

from conftest import World
from members.models import Member
from tenants.context import tenant_context
from tenants.isolation.provisioning import deprovision
from tenants.models import Erasure, Membership, Tenant

from .killing import killed_at_each_step


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


def test_deleting(committed_db: World) -> None:
    create()
    for _ in killed_at_each_step(lambda: call_command("delete_tenant", "initech", now=True, verbosity=0)):
        call_command("delete_tenant", "initech", now=True, verbosity=0)
        assert not Tenant.objects.filter(slug="initech").exists()
        certificate = Erasure.objects.get()
        assert certificate.finished_at is not None
        assert certificate.counts["members.Member"] == 1
        certificate.delete()
        create()
