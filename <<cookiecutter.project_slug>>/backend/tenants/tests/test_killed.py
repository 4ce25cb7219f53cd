"""A deletion that was killed, at whatever step, is finished by the same command; making one: see isolation.tests."""

from __future__ import annotations

from django.core.management import call_command

from conftest import World
from tenants.models import Erasure, Tenant

from .killing import killed_at_each_step


def create() -> None:
    call_command("create_tenant", "Initech", owner="alice@acme.test", verbosity=0)


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
