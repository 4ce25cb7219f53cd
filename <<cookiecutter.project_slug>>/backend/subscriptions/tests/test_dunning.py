"""Who owes something is told so, once for each step."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from subscriptions import clock, dunning
from subscriptions.dunning import send_due
from subscriptions.models import BillingAccount, DunningNotice, Subscription
from subscriptions.services import account_of
from tenants.models import Tenant

pytestmark = pytest.mark.django_db


def owing(tenant: Tenant, since: timedelta, status: str = "past_due") -> BillingAccount:
    """The tenant's account, since when a payment has failed."""
    account = account_of(tenant)
    account.plan_key, account.status, account.past_due_since = "team", status, timezone.now() - since
    account.save()
    return account


@pytest.mark.parametrize(
    ("since", "subject"),
    [
        (timedelta(0), "A payment of Acme has failed"),
        (timedelta(days=3), "A payment of Acme has failed"),
        (timedelta(days=6, hours=1), "A payment of Acme has failed"),
        (timedelta(days=7), "Acme can only be read now"),
        (timedelta(days=70), "Acme can only be read now"),
    ],
)
def test_one_mail_at_each_step(
    acme: Tenant, mailoutbox: list[EmailMultiAlternatives], since: timedelta, subject: str
) -> None:
    owing(acme, since)
    assert send_due() == 1
    assert send_due() == 0
    assert [(mail.to, mail.subject) for mail in mailoutbox] == [(["alice@acme.test"], subject)]
    assert "/settings/billing" in mailoutbox[0].body


def test_all_steps_of_an_episode(
    acme: Tenant, mailoutbox: list[EmailMultiAlternatives], monkeypatch: pytest.MonkeyPatch
) -> None:
    began = owing(acme, timedelta(0)).past_due_since
    assert began is not None
    for days in range(9):
        later = began + timedelta(days=days, minutes=1)
        monkeypatch.setattr(clock, "now", lambda later=later: later)
        send_due()
    assert list(DunningNotice.objects.order_by("pk").values_list("step", flat=True)) == list(dunning.REMINDERS)
    assert len(mailoutbox) == 4


def test_another_episode_is_told_again(acme: Tenant, mailoutbox: list[EmailMultiAlternatives]) -> None:
    owing(acme, timedelta(hours=2))
    send_due()
    owing(acme, timedelta(hours=1))
    send_due()
    assert len(mailoutbox) == 2


def test_what_gives_up_at_once_is_told_so(acme: Tenant, mailoutbox: list[EmailMultiAlternatives]) -> None:
    owing(acme, timedelta(0), status="unpaid")
    send_due()
    assert mailoutbox[0].subject == "Acme can only be read now"


def test_who_pays_is_told_too(acme: Tenant, mailoutbox: list[EmailMultiAlternatives]) -> None:
    owing(acme, timedelta(0))
    BillingAccount.objects.update(billing_email="books@acme.test")
    send_due()
    assert sorted(mail.to[0] for mail in mailoutbox) == ["alice@acme.test", "books@acme.test"]


@pytest.mark.parametrize(("left", "mails"), [(timedelta(days=4), 0), (timedelta(days=3), 1), (timedelta(hours=1), 1)])
def test_a_trial_that_ends(acme: Tenant, mailoutbox: list[EmailMultiAlternatives], left: timedelta, mails: int) -> None:
    now = timezone.now()
    Subscription.objects.create(
        account=account_of(acme),
        provider_ref="sub_1",
        status="trialing",
        raw_status="trialing",
        price_ref="p",
        seats=1,
        created=now,
        trial_end=now + left,
        is_current=True,
    )
    assert (send_due(), send_due()) == (mails, 0)
    assert len(mailoutbox) == mails


def test_who_owes_nothing_is_left_alone(acme: Tenant, globex: Tenant, mailoutbox: list[Any]) -> None:
    owing(acme, timedelta(0))
    account_of(globex)
    send_due()
    assert [mail.to for mail in mailoutbox] == [["alice@acme.test"]]
