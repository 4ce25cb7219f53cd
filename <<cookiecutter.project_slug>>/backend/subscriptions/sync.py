"""How the state of subscriptions comes in: whoever is told that something may have changed has the provider asked.

    something may have changed:   account.sync_wanted += 1
    sync(account):                take the account, for a minute, with a token that nobody else has
                                  ask the provider, with no transaction open
                                  write what it says, if the token is still the newest

What an event says is never written: events come late, twice and out of order. And as two answers may overtake each
other as well, only one is asked for at a time, and a worker that was slow or taken for dead writes nothing any more.
A worker that is killed anywhere leaves `sync_wanted` ahead of `sync_done`: the sweep finds it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from . import gateway
from .models import BillingAccount, WebhookEvent
from .provider import ProviderError, State
from .recording import apply
from .services import want_sync

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
"""How long one worker has an account. Longer than the provider may take to answer, several times."""
BACKOFF = (5, 30, 120, 600, 3600)
"""Seconds until the provider is asked again after it failed; the last goes on."""
PATIENCE = 5
"""Seconds that somebody waits for a worker who has the account."""
ROUNDS = 20
"""How often an account is looked at in one go, if news come faster than answers."""


@dataclass(frozen=True)
class Lease:
    """The right to ask for an account and to write what was answered."""

    account: BillingAccount
    token: int
    wanted: int
    """The wishes that the answer fulfils."""


def sync(account_id: int, *, urgent: bool = False) -> bool:
    """Ask the provider until nothing is wanted any more. False if somebody else is at it, or the provider failed.

    `urgent`: somebody waits for it, and an error of a moment ago does not keep us from asking.
    """
    for _ in range(ROUNDS):
        lease = take(account_id, urgent=urgent)
        if lease is None:
            return not BillingAccount.objects.filter(pk=account_id, sync_wanted__gt=F("sync_done")).exists()
        try:
            state = gateway.fetch(lease.account)
            if not write(lease, state):
                return False
            if gateway.settle(lease.account, state):
                want_sync(account_id)
        except ProviderError as error:
            give_up(lease, error)
            return False
    return False


def sync_now(account: BillingAccount) -> bool:
    """The same for somebody who waits for it: after a checkout, or a change of ours.

    A worker that has the account at this moment is waited for: it sees to this wish, too. False if the provider failed,
    or all took too long.
    """
    wanted, deadline = want_sync(account.pk), time.monotonic() + PATIENCE
    while True:
        sync(account.pk, urgent=True)
        account.refresh_from_db()
        if account.sync_done >= wanted:
            return True
        if account.sync_failures or time.monotonic() > deadline:
            return False
        time.sleep(0.1)


def take(account_id: int, *, urgent: bool = False) -> Lease | None:
    """Take the account, if there is something to do and nobody else has it."""
    rows = BillingAccount.objects.filter(pk=account_id, sync_wanted__gt=F("sync_done")).filter(_free())
    with transaction.atomic():
        rows = rows if urgent else rows.filter(_may_retry(timezone.now()))
        account = rows.select_for_update(skip_locked=True, of=("self",)).select_related("tenant").first()
        if account is None:
            return None
        account.sync_token += 1
        account.sync_leased_until = timezone.now() + LEASE
        account.save(update_fields=["sync_token", "sync_leased_until"])
    return Lease(account, account.sync_token, account.sync_wanted)


def write(lease: Lease, state: State) -> bool:
    """Write what the provider has said. False, and nothing written, if somebody else has taken the account since."""
    with transaction.atomic():
        account = (
            BillingAccount.objects.select_for_update(of=("self",)).select_related("tenant").get(pk=lease.account.pk)
        )
        if account.sync_token != lease.token:
            log.warning("An answer about account %s came too late and was left.", account.pk)
            return False
        apply(account, state)
        account.sync_done = lease.wanted
        account.sync_leased_until = account.sync_retry_at = None
        account.sync_failures = 0
        account.sync_error = ""
        account.synced_at = timezone.now()
        account.save()
        WebhookEvent.objects.filter(
            account=account, state=WebhookEvent.State.RECEIVED, sequence__lte=lease.wanted
        ).update(state=WebhookEvent.State.DONE)
    return True


def give_up(lease: Lease, error: ProviderError) -> None:
    """Note that the provider has failed, and when to try again; nothing that was wanted is forgotten."""
    failures = lease.account.sync_failures
    wait = timedelta(seconds=BACKOFF[min(failures, len(BACKOFF) - 1)])
    BillingAccount.objects.filter(pk=lease.account.pk, sync_token=lease.token).update(
        sync_wanted=F("sync_wanted") + 1,
        sync_leased_until=None,
        sync_retry_at=timezone.now() + wait,
        sync_failures=failures + 1,
        sync_error=str(error),
    )
    log.warning("Account %s could not be looked up: %s", lease.account.pk, error)


def waiting(moment: datetime | None = None) -> Iterable[int]:
    """The ids of accounts that somebody has to look at: new wishes, leases of workers that died, errors whose time has
    come."""
    return (
        BillingAccount.objects.filter(sync_wanted__gt=F("sync_done"))
        .filter(_free(), _may_retry(moment or timezone.now()))
        .order_by("sync_retry_at", "pk")
        .values_list("pk", flat=True)
    )


def _free() -> Q:
    """Nobody is asking, or is taken for dead."""
    return Q(sync_leased_until=None) | Q(sync_leased_until__lte=timezone.now())


def _may_retry(moment: datetime) -> Q:
    return Q(sync_retry_at=None) | Q(sync_retry_at__lte=moment)
