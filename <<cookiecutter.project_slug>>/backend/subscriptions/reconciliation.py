"""Finding what no webhook has told: lost events, states that differ, subscriptions of nobody.

Nothing is repaired here: an account that differs is looked up like any other (see `sync`).
"""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db.models.functions import Mod

from . import clock, gateway
from .models import BillingAccount, PlanPrice, Reconciliation, Subscription, WebhookEvent
from .provider import LIVE, Sighting, Status
from .services import account_named, want_sync

log = logging.getLogger(__name__)

LOOK_BACK = timedelta(hours=3)
"""How far the hourly look at the provider's events goes back: further than an hour, as events come late."""


def reconcile() -> Reconciliation:
    """Compare every subscription that the provider has with ours, and have those looked up that differ."""
    report = Reconciliation(seen=0)
    for sighting in gateway.scan():
        report.seen += 1
        _compare(sighting, report)
    if report.drifted:
        log.error("%s subscriptions differed from the provider's: %s", len(report.drifted), ", ".join(report.drifted))
    if report.strangers:
        log.error("%s live subscriptions are nobody's: %s", len(report.strangers), ", ".join(report.strangers))
    report.save()
    return report


def find_missed_events() -> int:
    """Have the accounts looked up of events that were never delivered; gives how many accounts those are.

    Where the provider lists no events, each account with a subscription has its turn once a day.
    """
    if not gateway.CAPABILITIES.event_feed:
        return _look_at_some()
    known = set(WebhookEvent.objects.values_list("event_id", flat=True).filter(created__gte=clock.now() - LOOK_BACK))
    missed = [event for event in gateway.missed_events(clock.now() - LOOK_BACK) if event.id not in known]
    accounts = {account for event in missed if (account := account_named(event)) is not None}
    for account in accounts:
        want_sync(account)
    return len(accounts)


def _look_at_some() -> int:
    hour = clock.now().hour
    found = BillingAccount.objects.filter(status__in=LIVE).annotate(hour=Mod("pk", 24)).filter(hour=hour)
    for account in found:
        want_sync(account.pk)
    return len(found)


def _compare(sighting: Sighting, report: Reconciliation) -> None:
    found = sighting.state
    ours = Subscription.objects.filter(provider_ref=found.reference).select_related("account").first()
    account = ours.account if ours else _account(sighting)
    if account is None or (sighting.account and sighting.account != str(account.uuid)):
        if found.status not in (Status.CANCELED, Status.INCOMPLETE):
            report.strangers.append(found.reference)
        return
    if ours is None or _differs(ours, sighting):
        report.drifted.append(found.reference)
        want_sync(account.pk)


def _account(sighting: Sighting) -> BillingAccount | None:
    if not sighting.customer and not sighting.account:
        return None
    accounts = BillingAccount.objects.all()
    by_customer = accounts.filter(customer_ref=sighting.customer).first() if sighting.customer else None
    if by_customer or (sighting.customer and not sighting.account):
        return by_customer
    return accounts.filter(uuid=sighting.account).first()


def _differs(ours: Subscription, sighting: Sighting) -> bool:
    found = sighting.state
    price = PlanPrice.objects.filter(provider_ref=found.price_ref).first()
    then = (found.status, found.price_ref, found.seats, found.period_end, found.trial_end, found.cancel_at)
    now = (Status(ours.status), ours.price_ref, ours.seats, ours.period_end, ours.trial_end, ours.cancel_at)
    return then != now or ours.plan_key != (price.plan_key if price else "")
