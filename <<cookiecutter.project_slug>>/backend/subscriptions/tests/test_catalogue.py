"""Plans at the provider: once, and a changed price beside the old one."""

from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import call_command

from subscriptions import catalogue, plans
from subscriptions.catalogue import NotSynced, price_of, sync_catalogue
from subscriptions.models import BillingAccount, PlanPrice
from subscriptions.plans import FREE, PAID, PLANS, Interval
from subscriptions.sandbox.app import Sandbox
from subscriptions.sync import sync_now

from .test_sync import subscribe

pytestmark = pytest.mark.django_db


def test_every_price_is_there_once(sandbox: Sandbox) -> None:
    assert len(sync_catalogue()) == len(PAID) * len(Interval)
    assert sync_catalogue() == []
    for plan in PAID:
        for interval, amount in plan.prices.items():
            assert price_of(plan.key, interval).amount == amount


def test_the_command_says_what_is_new(sandbox: Sandbox) -> None:
    said = StringIO()
    call_command("sync_catalogue", stdout=said)
    assert said.getvalue().endswith("6 new prices.\n")


def test_without_a_price_at_the_provider_nothing_is_sold() -> None:
    with pytest.raises(NotSynced):
        price_of("team", "month")


def test_a_changed_price_is_a_new_one_and_old_customers_keep_theirs(
    account: BillingAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe(account)
    old = price_of("team", "month")
    dearer = replace(PLANS["team"], prices={**PLANS["team"].prices, Interval.MONTH: old.amount + 100})
    monkeypatch.setattr(catalogue, "PAID", [dearer])
    [new] = sync_catalogue()
    assert (price_of("team", "month"), new.amount) == (new, old.amount + 100)
    sync_now(account)
    assert (account.plan_key, account.current.price_ref) == ("team", old.provider_ref)  # type: ignore[union-attr]
    assert sync_catalogue() == []


def test_one_price_of_a_plan_and_interval_is_active(sandbox: Sandbox) -> None:
    sync_catalogue()
    assert PlanPrice.objects.filter(active=True, plan_key="team").count() == len(Interval)


def test_plans_are_sound() -> None:
    """What a founder may get wrong when they change them."""
    assert next(iter(PLANS)) == "free"
    assert not FREE.prices
    for key, plan in PLANS.items():
        assert (plan.key, plan.seats.least >= 1, plan.seats.least <= plan.seats.most) == (key, True, True)
        assert plan.features <= plans.ALL_FEATURES
        assert set(plan.limits) == set(FREE.limits)
    for plan in PAID:
        assert set(plan.prices) == set(Interval)
        assert plan.prices[Interval.YEAR] <= 12 * plan.prices[Interval.MONTH]
