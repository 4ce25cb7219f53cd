"""A tenant that goes takes its subscription along: nobody pays for what is not there."""

import pytest
from rest_framework.test import APIClient

from conftest import World
from subscriptions.catalogue import sync_catalogue
from subscriptions.changes import end_for_good, end_with_the_tenants
from subscriptions.models import BillingAccount
from subscriptions.sandbox.app import DAY, Sandbox
from subscriptions.services import account_of
from tenants.erasure import erase_tenant
from tenants.lifecycle import cancel_deletion, request_deletion
from tenants.models import Tenant

from .customer import subscriptions
from .test_sync import subscribe


def live(sandbox: Sandbox) -> list[str]:
    return [one["status"] for one in subscriptions(sandbox) if one["status"] in ("active", "trialing", "authenticated")]


def test_a_tenant_that_is_to_be_deleted_is_not_renewed(account: BillingAccount, acme: Tenant, sandbox: Sandbox) -> None:
    subscribe(account)
    request_deletion(acme, slug="acme", requested_by="alice@acme.test")
    assert end_with_the_tenants() == 1
    assert end_with_the_tenants() == 0
    sandbox.advance(32 * DAY)
    assert live(sandbox) == []


def test_who_keeps_the_tenant_can_go_on(
    account: BillingAccount, acme: Tenant, sandbox: Sandbox, owner: APIClient
) -> None:
    subscribe(account)
    request_deletion(acme, slug="acme", requested_by="alice@acme.test")
    end_with_the_tenants()
    cancel_deletion(acme)
    assert owner.post("/api/v1/subscription/resume").json()["cancel_at"] is None
    sandbox.advance(32 * DAY)
    assert live(sandbox) == ["active"]


def test_an_erased_tenant_pays_no_more(committed_db: World, sandbox: Sandbox) -> None:
    sync_catalogue()
    subscribe(account_of(committed_db.globex))
    erase_tenant(committed_db.globex, requested_by="charlie@globex.test", now=True)
    assert live(sandbox) == []
    assert not BillingAccount.objects.exists()


def test_as_long_as_the_provider_fails_nothing_is_erased(committed_db: World, sandbox: Sandbox) -> None:
    sync_catalogue()
    subscribe(account_of(committed_db.globex))
    sandbox.fail("limit", times=100)
    with pytest.raises(Exception, match="asked too often"):
        erase_tenant(committed_db.globex, requested_by="charlie@globex.test", now=True)
    assert Tenant.objects.filter(slug="globex").exists()
    sandbox.recover()
    erase_tenant(committed_db.globex, requested_by="charlie@globex.test", now=True)
    assert live(sandbox) == []


@pytest.mark.django_db
def test_without_a_subscription_nobody_is_asked(globex: Tenant) -> None:
    end_for_good(globex)
    account_of(globex)
    end_for_good(globex)
