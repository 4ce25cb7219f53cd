"""Rows that the application may not delete go with their tenant all the same, by the constraint."""

from conftest import World
from members.audit import record
from members.models import AuditEvent
from tenants.context import tenant_context
from tenants.erasure import erase_tenant
from tenants.models import Tenant


def test_nothing_of_an_erased_tenants_log_is_left(committed_db: World) -> None:
    record("contact.created", target=1, label="Ann", tenant=committed_db.acme)
    record("contact.created", target=1, label="Bea", tenant=committed_db.globex)
    number = committed_db.acme.pk
    erase_tenant(committed_db.acme, requested_by="alice@acme.test", now=True)
    with tenant_context(Tenant(pk=number, slug="acme")):
        assert list(AuditEvent.objects.all()) == []
    with tenant_context(committed_db.globex):
        assert [event.target_label for event in AuditEvent.objects.all()] == ["Bea"]
