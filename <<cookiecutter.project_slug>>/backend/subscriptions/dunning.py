"""Mails to a tenant's owners: a payment has failed, a trial ends, and what comes of it. Each goes out once."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction

from core.mail import Link, Mail, message
from tenants.models import Membership, Role

from . import clock
from .entitlements import GRACE
from .models import BillingAccount, DunningNotice, Subscription
from .provider import Status

log = logging.getLogger(__name__)

TRIAL_NOTICE = timedelta(days=3)
"""How long before the end of a trial its mail goes out."""
REMINDERS = {
    "failed": timedelta(0),
    "reminder": timedelta(days=3),
    "last_reminder": timedelta(days=6),
    "read_only": GRACE,
}
"""The steps of an episode, and how long after the first failure each comes."""


@dataclass(frozen=True)
class Notice:
    """A mail that is due."""

    account: BillingAccount
    episode: datetime
    step: str


def send_due() -> int:
    """Send what is due and was not sent; gives how many mails that were."""
    return sum(_send(notice) for notice in due_notices())


def due_notices() -> Iterator[Notice]:
    """What is due now, sent or not: of each episode the last step that has come, so that nobody gets four at once."""
    for account in BillingAccount.objects.filter(past_due_since__isnull=False).select_related("tenant"):
        step = _step(account)
        if step and account.past_due_since:
            yield Notice(account, account.past_due_since, step)
    ending = Subscription.objects.filter(is_current=True, status=Status.TRIALING, trial_end__isnull=False)
    for subscription in ending.filter(trial_end__lte=clock.now() + TRIAL_NOTICE).select_related("account__tenant"):
        yield Notice(subscription.account, subscription.trial_end, "trial_ending")  # type: ignore[arg-type]  # filtered


def _step(account: BillingAccount) -> str:
    if account.status == Status.UNPAID:
        return "read_only"
    since = account.past_due_since or clock.now()
    come = [step for step, wait in REMINDERS.items() if since + wait <= clock.now()]
    return come[-1] if come else ""


def _send(notice: Notice) -> bool:
    """The row is what makes it once: whoever could write it sends, and if that fails nothing was written."""
    try:
        with transaction.atomic():
            DunningNotice.objects.create(account=notice.account, episode=notice.episode, step=notice.step)
            for email in _recipients(notice.account):
                message(email, _mail(notice)).send()
    except IntegrityError:
        return False
    return True


def _recipients(account: BillingAccount) -> list[str]:
    owners = Membership.objects.filter(tenant=account.tenant, role=Role.OWNER).values_list("user__email", flat=True)
    return sorted({*owners, account.billing_email} - {""})


def _mail(notice: Notice) -> Mail:
    name, product = notice.account.tenant.name, settings.SITE_NAME
    link = Link("Open billing", f"{settings.APP_URL}/settings/billing")
    until = f"{notice.episode + GRACE:%-d %B %Y}"
    why = f"You get this mail as an owner of {name}."
    match notice.step:
        case "trial_ending":
            ends = f"Your trial of {product} for {name} ends on {notice.episode:%-d %B %Y}."
            then = (
                "To go on without a break, see that a payment method is there. Otherwise it goes over to the free plan."
            )
            return Mail(f"Your trial ends on {notice.episode:%-d %B}", (ends, then), why, link=link)
        case "read_only":
            failed = f"We could not collect what {name} owes for {product}."
            then = "From now on nothing can be added or changed. Nothing is lost: pay, and everything goes on."
            return Mail(f"{name} can only be read now", (failed, then), why, link=link)
        case _:
            failed = f"A payment of {name} for {product} has failed. We try again by ourselves."
            then = f"Please see that your payment method is right. Until {until} everything goes on as usual."
            return Mail(f"A payment of {name} has failed", (failed, then), why, link=link)
