"""The log goes with its tenant, and with nothing else."""

from conftest import World
from members.audit import record
from members.models import AuditEvent, Member
from tenants.context import tenant_context
from tenants.erasure import erase_tenant
from tenants.transactions import tenant_atomic


def recorded(world: World) -> None:
    for tenant in (world.acme, world.globex):
        with tenant_context(tenant):
            record("contact.created", target=1, label="Ann")


def test_erasing_a_tenant_erases_its_log_and_no_other(committed_db: World) -> None:
    recorded(committed_db)
    acme, number = committed_db.acme, committed_db.acme.pk
    erasure = erase_tenant(acme, requested_by="alice@acme.test", now=True)
    assert erasure.counts["members.AuditEvent"] == 1
    with tenant_context(committed_db.globex), tenant_atomic():
        assert AuditEvent.objects.count() == 1
    assert erasure.tenant_id == number


def test_a_members_row_may_go_without_the_record(committed_db: World) -> None:
    with tenant_context(committed_db.acme), tenant_atomic():
        record("contact.created", target=1, label="Ann")
        Member.objects.filter(email="vera@acme.test").delete()
        assert AuditEvent.objects.count() == 1
