"""What no webhook has told is found, counted and shown."""

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from accounts.services import create_verified_user
from subscriptions.models import BillingAccount, Reconciliation, WebhookEvent
from subscriptions.sandbox.app import DAY, Sandbox
from subscriptions.tasks import look_for_missed_events, purge_events, reconcile_all, sweep
from tenants.models import Tenant

from .customer import second_subscription, set_card, webhook
from .test_sync import as_the_provider_has_it, subscribe


@pytest.fixture
def drifted(account: BillingAccount, sandbox: Sandbox) -> BillingAccount:
    """An account of whose failed renewal nobody has told us."""
    subscribe(account)
    set_card(sandbox, "fails_later")
    sandbox.sleep(32 * DAY)
    return account


def test_drift_is_counted_and_mended(drifted: BillingAccount, sandbox: Sandbox) -> None:
    assert (reconcile_all(), reconcile_all()) == (1, 0)
    assert as_the_provider_has_it(sandbox, drifted)
    [after, before] = Reconciliation.objects.all()
    assert (before.seen, len(before.drifted), after.drifted) == (1, 1, [])


def test_drift_is_shown(drifted: BillingAccount, sandbox: Sandbox) -> None:
    reconcile_all()
    client = Client(headers={"host": "localhost"})
    client.force_login(create_verified_user("root@x.test", "x", is_staff=True, is_superuser=True))
    page = client.get(reverse("admin:subscriptions_reconciliation_changelist")).content.decode()
    assert '<td class="field-how_many_drifted">1</td>' in page


def test_what_belongs_to_nobody_is_told(
    account: BillingAccount, sandbox: Sandbox, caplog: pytest.LogCaptureFixture, acme: Tenant
) -> None:
    subscribe(account)
    second_subscription(sandbox, account)
    account.delete()
    reconcile_all()
    [report] = Reconciliation.objects.all()
    assert (report.seen, len(report.strangers)) == (2, 2)
    assert "are nobody's" in caplog.text


def test_events_that_were_lost_are_found_within_the_hour(drifted: BillingAccount, sandbox: Sandbox) -> None:
    """By the provider's list of them, or where it has none by a look at each account once a day."""
    hours = 0
    while look_for_missed_events() == 0:
        hours += 1
        assert hours < 24
        sandbox.advance(DAY // 24)
    sweep()
    assert as_the_provider_has_it(sandbox, drifted)


def test_events_that_came_are_not_missed(account: BillingAccount, sandbox: Sandbox, owner: APIClient) -> None:
    subscribe(account)
    for event in sandbox.world.events:
        webhook(event, sandbox)
    BillingAccount.objects.update(status="")  # so that no look at each account has a reason
    assert look_for_missed_events() == 0


def test_old_events_are_removed_and_undone_ones_kept(account: BillingAccount, sandbox: Sandbox) -> None:
    subscribe(account)
    for event in sandbox.world.events:
        webhook(event, sandbox)
    WebhookEvent.objects.update(received_at="2020-01-01T00:00Z")
    kept = WebhookEvent.objects.latest("pk")
    WebhookEvent.objects.filter(pk=kept.pk).update(state="received")
    purge_events()
    assert list(WebhookEvent.objects.all()) == [kept]
