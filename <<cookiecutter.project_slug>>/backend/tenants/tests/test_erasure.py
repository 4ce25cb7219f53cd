"""The end of a tenant: what goes, what stays, and that a killed run is finished by the next."""

import json
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import User
from contacts.models import Contact
from tenants import erasure
from tenants.context import tenant_context
from tenants.erasure import NotDue, digest, erase_tenant
from tenants.lifecycle import request_deletion
from tenants.models import Domain, Erasure, Membership, Status, Tenant
from tenants.services import create_tenant
from tenants.tasks import erase_due_tenants
from tenants.transactions import tenant_atomic


@pytest.fixture
def doomed(committed_db, settings, tmp_path) -> Tenant:
    """A tenant with two contacts, a file and a domain."""
    settings.MEDIA_ROOT = tmp_path
    tenant = create_tenant(name="Doomed", owner=committed_db.alice)
    fill(tenant)
    Domain.objects.create(tenant=tenant, host="app.doomed.test")
    return tenant


def fill(tenant: Tenant) -> None:
    with tenant_context(tenant), tenant_atomic():
        for name in ("ada", "bea"):
            Contact.objects.create(name=name, email=f"{name}@doomed.test")
        default_storage.save("logos/logo.png", ContentFile(b"x"))


def counted(label: str) -> int:
    return Erasure.objects.get().counts[label]


def assert_erased(tmp_path) -> None:
    certificate = Erasure.objects.get()
    assert not Tenant.objects.filter(slug="doomed").exists()
    assert not Domain.objects.filter(host="app.doomed.test").exists()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert certificate.counts["contacts.Contact"] == 2
    assert (certificate.counts["files"], certificate.counts["tenants.Membership"]) == (1, 1)
    assert certificate.sha256 == digest(certificate) != ""


def test_everything_goes_and_people_and_others_stay(doomed, committed_db, tmp_path) -> None:
    fill(committed_db.globex)
    erase_tenant(doomed, requested_by="alice@acme.test", now=True)
    assert User.objects.filter(email="alice@acme.test").exists()
    assert Membership.objects.filter(user=committed_db.alice).count() == 1
    with tenant_context(committed_db.globex):
        assert Contact.objects.count() == 2
        default_storage.delete("logos/logo.png")
    assert_erased(tmp_path)


@pytest.mark.parametrize("step", ["_begin", "_remove_files", "deprovision", "_finish"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_run_that_was_killed_is_finished_by_the_next(step, when, doomed, tmp_path, monkeypatch) -> None:
    real = getattr(erasure, step)

    def killed(*args):
        if when == "after":
            real(*args)
        raise KeyboardInterrupt

    monkeypatch.setattr(erasure, step, killed)
    with pytest.raises(KeyboardInterrupt):
        erase_tenant(doomed, requested_by="alice@acme.test", now=True)
    monkeypatch.undo()
    call_command("delete_tenant", "doomed", now=True)
    assert_erased(tmp_path)
    assert Erasure.objects.get().requested_by in ("alice@acme.test", "an operator")


def test_a_deletion_that_was_cancelled_meanwhile_stays_cancelled(doomed) -> None:
    past = timezone.now() - timedelta(seconds=1)
    Tenant.objects.filter(pk=doomed.pk).update(status=Status.DELETING, delete_after=past)
    read_when_it_was_due = Tenant.objects.get(pk=doomed.pk)
    Tenant.objects.filter(pk=doomed.pk).update(status=Status.ACTIVE, delete_after=None)
    with pytest.raises(NotDue, match="Nobody has asked"):
        erase_tenant(read_when_it_was_due, requested_by="x")
    assert Tenant.objects.get(pk=doomed.pk).status == Status.ACTIVE
    assert not Erasure.objects.exists()


def test_only_what_is_due_is_erased(doomed, committed_db, capsys) -> None:
    with pytest.raises(NotDue, match="Nobody has asked"):
        erase_tenant(doomed, requested_by="x")
    request_deletion(doomed, slug="doomed", requested_by="alice@acme.test")
    with pytest.raises(CommandError, match="is kept until"):
        call_command("delete_tenant", "doomed")
    assert erase_due_tenants() == 0
    Tenant.objects.filter(pk=doomed.pk).update(delete_after=timezone.now() - timedelta(seconds=1))
    assert erase_due_tenants() == 1
    assert not Tenant.objects.filter(pk=doomed.pk).exists()
    call_command("delete_tenant", "doomed")
    printed = json.loads(capsys.readouterr().out)
    assert (printed["slug"], printed["requested_by"]) == ("doomed", "asked for by alice@acme.test")
    assert printed["sha256"] == Erasure.objects.get().sha256
