"""The operator's commands for one tenant: what they do, what they say, what they refuse."""

import pytest
from django.core.management import CommandError, call_command

from tenants.models import Membership, Role, Tenant

pytestmark = pytest.mark.django_db


def test_a_tenant_is_created_once(alice, capsys) -> None:
    for says in ("is ready", "is there already"):
        call_command("create_tenant", "Initech", owner="Alice@acme.test")
        assert capsys.readouterr().out == f"The tenant 'initech' {says}.\n"
    tenant = Tenant.objects.get(slug="initech")
    assert Membership.objects.get(tenant=tenant).role == Role.OWNER


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"owner": "nobody@acme.test"}, "Nobody has an account"),
        ({"owner": "alice@acme.test", "slug": "globex"}, "already exists"),
        ({"owner": "alice@acme.test", "slug": "admin"}, "kept for the product"),
    ],
)
def test_what_cannot_be_created_is_refused_in_a_sentence(options, says, acme) -> None:
    with pytest.raises(CommandError, match=says):
        call_command("create_tenant", "Initech", **options)
    assert not Tenant.objects.filter(name="Initech").exists()


def test_a_tenant_is_suspended_reactivated_and_renamed(acme, capsys) -> None:
    call_command("suspend_tenant", "acme", reason="unpaid")
    assert Tenant.objects.get(pk=acme.pk).status_reason == "unpaid"
    call_command("reactivate_tenant", "acme")
    call_command("rename_tenant", "acme", "acme-corp")
    assert capsys.readouterr().out == (
        "The tenant 'acme' is suspended.\nThe tenant 'acme' is active.\nThe tenant 'acme' is 'acme-corp' now.\n"
    )
    with pytest.raises(CommandError, match="no tenant with the slug 'acme'"):
        call_command("suspend_tenant", "acme", reason="unpaid")
    with pytest.raises(CommandError, match="already exists"):
        call_command("rename_tenant", "acme-corp", "globex")
