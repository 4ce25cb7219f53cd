"""State comes in once, in order and whole: whatever overtakes what, and wherever a worker dies."""

from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connections
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.models import User
from conftest import World
from subscriptions import changes, gateway, sync
from subscriptions.catalogue import sync_catalogue
from subscriptions.checkouts import confirm_checkout, start_checkout
from subscriptions.models import BillingAccount, BillingOperation, Invoice, Subscription, WebhookEvent
from subscriptions.provider import State, When
from subscriptions.recording import apply
from subscriptions.sandbox.app import DAY, Sandbox
from subscriptions.services import account_of, want_sync
from subscriptions.tasks import reconcile_all, sweep
from tenants.models import Tenant

from .customer import CHANGES, hurry, invoices, pay, second_subscription, set_card, subscriptions, webhook


class Killed(BaseException):
    """A worker is gone at this moment; nothing that it would have done after happens."""


def subscribe(account: BillingAccount, seats: int = 5) -> None:
    """Have a subscription that is paid, without a trial."""
    Subscription.objects.create(
        account=account, provider_ref="sub_before", status="canceled", raw_status="", price_ref="", seats=1,
        created=timezone.now(), period_start=timezone.now(),
    )  # fmt: skip
    attempt = start_checkout(
        account, plan="team", interval="month", seats=seats, success_url="http://x/?session_id={CHECKOUT_SESSION_ID}",
        cancel_url="http://x/",
    )  # fmt: skip
    confirm_checkout(account, pay({"url": attempt.url}))
    account.refresh_from_db()


def a_minute_passes() -> None:
    """Leases end, and errors are tried again."""
    BillingAccount.objects.update(sync_leased_until=None, sync_retry_at=None)


def as_the_provider_has_it(sandbox: Sandbox, account: BillingAccount) -> bool:
    """Is what we have of the current subscription what the provider has?"""
    newest = subscriptions(sandbox)[-1]
    row = Subscription.objects.get(provider_ref=newest["id"])
    return row.raw_status == newest["status"] and row.is_current


@pytest.fixture
def paid(account: BillingAccount) -> BillingAccount:
    """Acme's account, with a subscription."""
    subscribe(account)
    assert account.status == "active"
    return account


def everything() -> list[Any]:
    """All that a webhook may change."""
    rows = [list(model.objects.order_by("pk").values()) for model in (Subscription, Invoice, WebhookEvent)]
    return [*rows, list(BillingAccount.objects.values("sync_wanted", "sync_done", "status", "seats"))]


def test_replayed_events_change_nothing(paid: BillingAccount, sandbox: Sandbox, deliver: Callable[[], int]) -> None:
    sandbox.advance(40 * DAY)
    deliver()
    before, calls = everything(), sandbox.calls
    for event in sandbox.world.events:
        assert webhook(event, sandbox) == 200
    assert everything() == before
    assert sandbox.calls == calls


def test_events_are_done_when_the_provider_was_asked(
    paid: BillingAccount, sandbox: Sandbox, deliver: Callable[[], int]
) -> None:
    sandbox.advance(31 * DAY)
    assert deliver() > 0
    assert set(WebhookEvent.objects.filter(account=paid).values_list("state", flat=True)) == {"done"}


def test_lost_events_are_found_by_reconciliation(paid: BillingAccount, sandbox: Sandbox) -> None:
    set_card(sandbox, "fails_later")
    sandbox.sleep(32 * DAY)
    assert not as_the_provider_has_it(sandbox, paid)
    assert reconcile_all() == 1
    assert as_the_provider_has_it(sandbox, paid)
    assert reconcile_all() == 0


def test_a_burst_of_events_asks_the_provider_once(paid: BillingAccount, sandbox: Sandbox) -> None:
    for _ in range(100):
        want_sync(paid.pk)
    calls = sandbox.calls
    sweep()
    assert sandbox.calls - calls <= 2 * len(subscriptions(sandbox))


STEPS: dict[str, tuple[Any, str]] = {
    "before it takes the account": (sync, "take"),
    "before it asks the provider": (gateway, "fetch"),
    "before it writes": (sync, "write"),
    "while it writes": (sync, "apply"),
    "before what follows": (gateway, "settle"),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_worker_killed_at_any_step_leaves_work_for_the_sweep(
    paid: BillingAccount, sandbox: Sandbox, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_card(sandbox, "fails_later")
    sandbox.sleep(32 * DAY)
    want_sync(paid.pk)

    def die(*args: Any, **options: Any) -> Any:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(*STEPS[step], die)
        with suppress(Killed):
            sync.sync(paid.pk)
    a_minute_passes()
    sweep()
    assert as_the_provider_has_it(sandbox, paid)
    paid.refresh_from_db()
    assert paid.sync_done == paid.sync_wanted


def test_nobody_takes_an_account_that_somebody_has(paid: BillingAccount) -> None:
    want_sync(paid.pk)
    assert sync.take(paid.pk) is not None
    assert sync.take(paid.pk) is None
    assert sync.sync(paid.pk) is False


def test_somebody_who_waits_waits_for_the_worker_that_has_the_account(paid: BillingAccount, sandbox: Sandbox) -> None:
    want_sync(paid.pk)
    busy = sync.take(paid.pk)
    assert busy is not None
    changes_at_provider(sandbox, paid)
    with patch.object(sync.time, "sleep", lambda seconds: sync.write(busy, gateway.fetch(paid))):
        assert sync.sync_now(paid)
    assert as_the_provider_has_it(sandbox, paid)


def test_and_not_for_ever(paid: BillingAccount, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync, "PATIENCE", 0.3)
    want_sync(paid.pk)
    assert sync.take(paid.pk) is not None
    assert sync.sync_now(paid) is False


def test_a_worker_taken_for_dead_writes_nothing(paid: BillingAccount, sandbox: Sandbox) -> None:
    want_sync(paid.pk)
    slow = sync.take(paid.pk)
    assert slow is not None
    old = gateway.fetch(paid)
    a_minute_passes()
    changes_at_provider(sandbox, paid)
    assert sync.sync(paid.pk)
    assert sync.write(slow, old) is False
    assert as_the_provider_has_it(sandbox, paid)


def changes_at_provider(sandbox: Sandbox, account: BillingAccount) -> None:
    """The customer's subscription ends, and nobody has told us."""
    current = account.current
    assert current is not None
    gateway.cancel(current, When.NOW, "key-of-somebody")


def naive(account: BillingAccount, fetched: Callable[[], State]) -> None:
    """What most code does: ask, then write."""
    apply(account, fetched())
    account.save()


def ours(account: BillingAccount, fetched: Callable[[], State]) -> None:
    """What this code does."""
    want_sync(account.pk)
    lease = sync.take(account.pk)
    if lease:
        sync.write(lease, fetched())
        sync.sync(account.pk)


@pytest.fixture
def committed(committed_db: World, sandbox: Sandbox) -> BillingAccount:
    """Acme's account with a subscription, for threads to see."""
    sync_catalogue()
    account = account_of(committed_db.acme)
    subscribe(account)
    return account


@pytest.mark.parametrize(("writer", "wins"), [(naive, False), (ours, True)])
def test_a_slow_writer_does_not_undo_what_a_quick_one_wrote(
    committed: BillingAccount, sandbox: Sandbox, writer: Callable[..., None], wins: bool
) -> None:
    """The first asks, and is slow to write; meanwhile the subscription ends, and a second asks and writes."""
    asked, go_on = Event(), Event()

    def slowly() -> State:
        state = gateway.fetch(committed)
        asked.set()
        go_on.wait(10)
        return state

    def first() -> None:
        writer(BillingAccount.objects.select_related("tenant").get(pk=committed.pk), slowly)
        connections.close_all()

    thread = Thread(target=first)
    thread.start()
    assert asked.wait(10)
    changes_at_provider(sandbox, committed)
    second = BillingAccount.objects.select_related("tenant").get(pk=committed.pk)
    writer(second, lambda: gateway.fetch(second))
    go_on.set()
    thread.join()
    assert as_the_provider_has_it(sandbox, committed) is wins


# --- A provider that fails ---
FAULTS = [(kind, late) for kind in ("error", "limit", "garbage", "nothing") for late in (False, True)]


@pytest.mark.parametrize("kind", ["error", "limit", "garbage", "nothing"])
def test_no_event_is_lost_while_the_provider_fails(
    paid: BillingAccount, sandbox: Sandbox, kind: str, quick: None
) -> None:
    set_card(sandbox, "fails_later")
    sandbox.sleep(32 * DAY)
    sandbox.fail(kind, times=50, seconds=0.5)
    for event in sandbox.world.events:
        assert webhook(event, sandbox) == 200
    paid.refresh_from_db()
    assert paid.sync_wanted > paid.sync_done
    assert paid.sync_error
    sandbox.recover()
    a_minute_passes()
    sweep()
    assert as_the_provider_has_it(sandbox, paid)
    assert not WebhookEvent.objects.filter(account=paid, state="received").exists()


@pytest.mark.parametrize(("kind", "late"), FAULTS)
def test_a_change_is_charged_once_however_often_it_is_asked_for(
    paid: BillingAccount, sandbox: Sandbox, owner: APIClient, kind: str, late: bool, quick: None
) -> None:
    order = {"plan": "team", "interval": "month", "seats": 9}
    before = charged(sandbox)
    sandbox.fail(kind, times=3, late=late, method=CHANGES, seconds=0.5)
    owner.raise_request_exception = False
    first = owner.post("/api/v1/subscription/change", order)
    assert first.status_code in (200, 502, 503), first.content
    sandbox.recover()
    again = owner.post("/api/v1/subscription/change", order)
    assert again.status_code == 200, again.content
    assert len(subscriptions(sandbox)) <= 2
    assert charged(sandbox) - before <= 1


def charged(sandbox: Sandbox) -> int:
    """How many invoices with an amount were paid."""
    return sum(1 for one in invoices(sandbox) if one["status"] == "paid" and one["amount_paid"])


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK does not wait long, and for nothing."""
    hurry(monkeypatch)


def test_a_change_that_was_cut_off_is_asked_for_with_the_same_key(
    paid: BillingAccount, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process dies after the provider has done it, and before that is written down."""
    real, keys = gateway.change, []

    def die(*args: Any) -> Any:
        keys.append(args[-1])
        real(*args)
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(gateway, "change", die)
        with pytest.raises(Killed):
            changes.change(paid, plan="team", interval="month", seats=9)
    before = charged(sandbox)
    monkeypatch.setattr(gateway, "change", lambda *args: (keys.append(args[-1]), real(*args))[1])
    changes.change(paid, plan="team", interval="month", seats=9)
    assert keys[0] == keys[1]
    assert charged(sandbox) == before
    assert set(BillingOperation.objects.values_list("state", flat=True)) == {"done"}


def test_another_change_waits_for_the_one_before(paid: BillingAccount, owner: APIClient) -> None:
    BillingOperation.objects.create(account=paid, kind="change", params={"seats": 7})
    answer = owner.post("/api/v1/subscription/change", {"plan": "team", "interval": "month", "seats": 9})
    assert (answer.status_code, answer.json()["code"]) == (409, "in_progress")


def test_two_who_click_at_once_pay_in_one_checkout(
    committed_db: World, sandbox: Sandbox, login: Callable[[User, str], APIClient]
) -> None:
    sync_catalogue()
    clients = [login(committed_db.alice, "acme.localhost") for _ in range(2)]
    order = {"plan": "team", "interval": "month", "seats": 5}
    answers: list[Any] = []

    def click(client: APIClient) -> None:
        answers.append(client.post("/api/v1/subscription/checkout", order).json())
        connections.close_all()

    threads = [Thread(target=click, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers[0]["url"] == answers[1]["url"]


def test_another_order_ends_the_checkout_before(owner: APIClient) -> None:
    def order(seats: int) -> Any:
        return owner.post("/api/v1/subscription/checkout", {"plan": "team", "interval": "month", "seats": seats}).json()

    first, same, other = order(5), order(5), order(6)
    assert first == same
    assert first["url"] != other["url"]


def test_who_has_paid_cannot_pay_twice(paid: BillingAccount, owner: APIClient) -> None:
    answer = owner.post("/api/v1/subscription/checkout", {"plan": "team", "interval": "month", "seats": 5})
    assert (answer.status_code, answer.json()["code"]) == (409, "already_subscribed")


def test_two_live_subscriptions_are_told_and_left_to_people(
    paid: BillingAccount, sandbox: Sandbox, settings: Settings, caplog: pytest.LogCaptureFixture, acme: Tenant
) -> None:
    second_subscription(sandbox, paid)
    assert sync.sync_now(paid)
    assert paid.duplicate_live
    assert "several live subscriptions" in caplog.text
    assert Subscription.objects.filter(account=paid, is_current=True).count() == 1
