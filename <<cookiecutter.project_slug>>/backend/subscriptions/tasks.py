"""What happens by itself: looking up accounts, finding what was missed, mails."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from jobs.tasks import ControlTask

from . import clock, gateway
from .changes import end_with_the_tenants
from .dunning import send_due
from .models import Subscription, WebhookEvent
from .operations import settle_unfinished
from .provider import LIVE
from .reconciliation import find_missed_events, reconcile
from .services import want_sync
from .sync import sync, waiting

KEPT = timedelta(days=90)
"""How long events are kept."""


@shared_task(base=ControlTask, ignore_result=True)
def sync_account(account_id: int) -> None:
    """Look one account up."""
    sync(account_id)


@shared_task(base=ControlTask)
def sweep() -> int:
    """Look up all accounts that wait for it, and give how many that were: what a worker that died has left, too."""
    settle_unfinished()
    found = list(waiting())
    for account_id in found:
        sync(account_id)
    return len(found)


@shared_task(base=ControlTask)
def look_for_missed_events() -> int:
    """Have accounts looked up whose events did not arrive."""
    return find_missed_events()


@shared_task(base=ControlTask)
def reconcile_all() -> int:
    """Compare everything with the provider, look up what differs, and give how many subscriptions did."""
    drifted = len(reconcile().drifted)
    sweep()
    return drifted


@shared_task(base=ControlTask)
def look_after_subscriptions() -> int:
    """What has to be done at a time and not on an event: mails, and wishes that the provider is told of late."""
    for account_id in [*gateway.due_for_settling(), *_past_their_end()]:
        want_sync(account_id)
        sync(account_id)
    end_with_the_tenants()
    return send_due()


def _past_their_end() -> list[int]:
    """The accounts whose subscription should have ended by now."""
    over = Subscription.objects.filter(is_current=True, status__in=LIVE, cancel_at__lte=clock.now())
    return list(over.values_list("account_id", flat=True))


@shared_task(base=ControlTask)
def purge_events() -> int:
    """Remove old events."""
    old = WebhookEvent.objects.filter(received_at__lt=timezone.now() - KEPT)
    return old.exclude(state=WebhookEvent.State.RECEIVED).delete()[0]
