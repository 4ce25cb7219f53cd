"""What a killed process leaves of a schema, and that the same command again puts it right."""

from __future__ import annotations

from django.core.management import call_command
from django.db.migrations.recorder import MigrationRecorder

from conftest import World
from contacts.models import Contact
from members.models import Member
from tenants.context import tenant_context
from tenants.isolation.provisioning import deprovision, orphans
from tenants.models import Tenant
from tenants.tests.killing import killed_at_each_step
from tenants.tests.test_isolation import lose_contacts, shape


def create() -> None:
    call_command("create_tenant", "Initech", owner="alice@acme.test", verbosity=0)


def test_what_is_left_of_a_tenant_that_was_not_made_is_an_orphan(committed_db: World) -> None:
    left = 0
    for _ in killed_at_each_step(create):
        seen = Tenant.objects.filter(slug="initech")
        left += len(orphans())
        assert not (seen and orphans())
        call_command("remove_orphans", yes=True, verbosity=0)
        assert orphans() == []
        create()
        assert orphans() == []
        with tenant_context(seen.get()):
            assert [member.email for member in Member.objects.all()] == ["alice@acme.test"]
        deprovision(seen.get())
        seen.delete()
    assert left > 1


def test_migrating(committed_db: World) -> None:
    tenants = [committed_db.acme, committed_db.globex]
    whole = [shape(tenant) for tenant in tenants]
    lose_contacts(*tenants)
    for _ in killed_at_each_step(lambda: call_command("migrate_tenants", verbosity=0)):
        call_command("migrate_tenants", verbosity=0)
        assert [shape(tenant) for tenant in tenants] == whole
        for tenant in tenants:
            with tenant_context(tenant):
                assert Contact.objects.count() == 0
                assert MigrationRecorder.Migration.objects.filter(app="contacts").count() == 1
        lose_contacts(*tenants)
    call_command("migrate_tenants", verbosity=0)
