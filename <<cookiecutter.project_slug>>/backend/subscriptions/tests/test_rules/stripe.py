"""What Stripe does, rule by rule, with the page that says so. The sandbox does the same, through the real SDK."""

import json
from calendar import isleap
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest
import requests
import stripe
from pytest_django import Settings

from subscriptions.gateway.client import client
from subscriptions.sandbox.app import DAY, Sandbox
from subscriptions.tests.customer import change_card, pay, set_card

DOCS = "https://docs.stripe.com"
BILLING = f"{DOCS}/billing/subscriptions"
RULES = {
    "test_the_same_key_gives_the_same_object": f"{DOCS}/api/idempotent_requests",
    "test_a_key_with_other_parameters_is_refused": f"{DOCS}/api/idempotent_requests",
    "test_a_declined_card_is_the_answer_to_its_key": f"{DOCS}/api/idempotent_requests",
    "test_an_unknown_parameter_is_refused": f"{DOCS}/error-codes#parameter-unknown",
    "test_an_unknown_address_is_not_found": f"{DOCS}/api/errors",
    "test_an_unknown_object_is_missing": f"{DOCS}/error-codes#resource-missing",
    "test_a_wrong_key_is_refused": f"{DOCS}/api/authentication",
    "test_a_lookup_key_has_one_price_and_can_be_transferred": f"{DOCS}/products-prices/manage-prices#lookup-keys",
    "test_the_amount_of_a_price_cannot_change": f"{DOCS}/api/prices/update",
    "test_a_checkout_is_paid_once": f"{DOCS}/api/checkout/sessions/object",
    "test_only_an_open_checkout_can_be_expired": f"{DOCS}/api/checkout/sessions/expire",
    "test_a_checkout_is_open_for_a_day": f"{DOCS}/api/checkout/sessions/create",
    "test_a_trial_begins_with_an_invoice_of_nothing": f"{BILLING}/trials",
    "test_a_trial_is_paid_when_it_is_over": f"{BILLING}/trials",
    "test_a_trial_without_a_card_ends_as_it_was_said": f"{DOCS}/payments/checkout/free-trials",
    "test_a_change_costs_the_difference_for_the_time_that_is_left": f"{BILLING}/prorations",
    "test_what_is_given_back_is_a_credit_for_the_next_invoice": f"{DOCS}/billing/customer/balance",
    "test_a_preview_changes_nothing": f"{DOCS}/api/invoices/create_preview",
    "test_a_change_that_is_not_paid_waits": f"{BILLING}/pending-updates",
    "test_a_change_that_waits_comes_when_it_is_paid": f"{BILLING}/pending-updates",
    "test_a_change_that_waits_is_dropped_after_23_hours": f"{BILLING}/pending-updates",
    "test_a_change_waits_no_longer_than_the_period": f"{BILLING}/pending-updates#expiration",
    "test_another_change_takes_the_place_of_one_that_waits": f"{BILLING}/pending-updates",
    "test_not_everything_can_wait": f"{BILLING}/pending-updates-reference",
    "test_a_change_that_is_not_paid_can_be_refused": f"{DOCS}/api/subscriptions/update",
    "test_a_renewal_that_fails_is_tried_again": f"{DOCS}/billing/revenue-recovery/smart-retries",
    "test_what_follows_when_a_renewal_has_failed_for_good": f"{BILLING}/overview",
    "test_paying_what_is_owed_makes_it_active": f"{BILLING}/overview",
    "test_cancelling_with_the_period_sets_the_date": f"{BILLING}/cancel",
    "test_a_cancellation_can_be_taken_back": f"{BILLING}/cancel",
    "test_the_portal_sets_the_date_alone": f"{BILLING}/billing-mode",
    "test_what_is_cancelled_cannot_be_cancelled_again": f"{DOCS}/api/subscriptions/cancel",
    "test_a_schedule_is_attached_once": f"{BILLING}/subscription-schedules",
    "test_a_schedule_changes_the_price_with_the_period": f"{BILLING}/subscription-schedules",
    "test_a_released_schedule_leaves_everything_as_it_is": f"{DOCS}/api/subscription_schedules/release",
    "test_with_a_schedule_it_cannot_be_cancelled_beside_it": f"{BILLING}/subscription-schedules",
    "test_a_month_without_that_day_ends_on_its_last": f"{BILLING}/billing-cycle",
    "test_another_interval_begins_a_new_cycle": f"{BILLING}/change-price",
    "test_lists_come_in_pages": f"{DOCS}/api/pagination",
    "test_lists_leave_out_what_is_cancelled": f"{DOCS}/api/subscriptions/list",
    "test_ids_are_expanded": f"{DOCS}/api/expanding_objects",
    "test_events_come_newest_first": f"{DOCS}/api/events/list",
    "test_a_delivery_is_signed": f"{DOCS}/webhooks/signature",
}


def test_every_rule_has_its_page() -> None:
    tests = {name for name in globals() if name.startswith("test_")} - {"test_every_rule_has_its_page"}
    assert tests == RULES.keys()


# --- What tests begin with ---
@pytest.fixture
def api(sandbox: Sandbox) -> stripe.V1Services:
    """Stripe's SDK, talking to the sandbox."""
    return client()


def a_customer(api: stripe.V1Services) -> str:
    return api.customers.create({"name": "Acme"}).id


def a_price(api: stripe.V1Services, amount: int = 3_000, interval: str = "month", **more: Any) -> str:
    """What something costs each month or year, in cents."""
    product = api.products.create({"name": "Team"}).id
    recurring: Any = {"interval": interval}
    return api.prices.create(
        {"product": product, "currency": "eur", "unit_amount": amount, "recurring": recurring, **more}
    ).id


def a_checkout(api: stripe.V1Services, **terms: Any) -> stripe.checkout.Session:
    """A checkout of two seats; `terms` are those of the subscription."""
    return api.checkout.sessions.create(
        {
            "mode": "subscription",
            "customer": a_customer(api),
            "line_items": [{"price": a_price(api), "quantity": 2}],
            "success_url": "http://x/?session_id={CHECKOUT_SESSION_ID}",
            "payment_method_collection": "if_required" if terms else "always",
            **({"subscription_data": terms} if terms else {}),  # type: ignore[typeddict-item]
        }
    )


def subscribe(api: stripe.V1Services, card: str = "ok", **terms: Any) -> stripe.Subscription:
    """Pay in a checkout, on its page."""
    session = a_checkout(api, **terms)
    pay({"url": session.url}, card)
    paid = api.checkout.sessions.retrieve(session.id)
    return api.subscriptions.retrieve(str(paid.subscription))


def again(api: stripe.V1Services, subscription: stripe.Subscription) -> stripe.Subscription:
    """The subscription as it is now."""
    return api.subscriptions.retrieve(subscription.id)


def item(subscription: stripe.Subscription) -> stripe.SubscriptionItem:
    """The one item that it has."""
    [found] = subscription["items"].data
    return found


def latest(api: stripe.V1Services, subscription: stripe.Subscription) -> stripe.Invoice:
    """The newest invoice."""
    return api.invoices.retrieve(str(again(api, subscription).latest_invoice))


def seats(api: stripe.V1Services, subscription: stripe.Subscription, number: int, **more: Any) -> stripe.Subscription:
    """Change the number of seats, invoiced at once."""
    return api.subscriptions.update(
        subscription.id,
        {"items": [{"id": item(subscription).id, "quantity": number}], "proration_behavior": "always_invoice", **more},
    )


def until(sandbox: Sandbox, moment: int) -> None:
    """It is that moment at Stripe."""
    sandbox.sleep(max(0, moment - sandbox.world.now))


def to_renewal(sandbox: Sandbox, api: stripe.V1Services, subscription: stripe.Subscription) -> None:
    """The period is over."""
    until(sandbox, item(again(api, subscription)).current_period_end)


# --- Requests ---
def test_the_same_key_gives_the_same_object(api: stripe.V1Services) -> None:
    made = [api.customers.create({"name": "Acme"}, {"idempotency_key": "one"}).id for _ in range(2)]
    other = api.customers.create({"name": "Acme"}, {"idempotency_key": "two"}).id
    assert made[0] == made[1] != other


def test_a_key_with_other_parameters_is_refused(api: stripe.V1Services) -> None:
    api.customers.create({"name": "Acme"}, {"idempotency_key": "one"})
    with pytest.raises(stripe.IdempotencyError):
        api.customers.create({"name": "Globex"}, {"idempotency_key": "one"})


def test_a_declined_card_is_the_answer_to_its_key(api: stripe.V1Services, sandbox: Sandbox) -> None:
    subscription = subscribe(api, "fails_later")
    to_renewal(sandbox, api, subscription)
    owed = latest(api, subscription)
    set_card(sandbox, "declined")
    for _ in range(2):
        with pytest.raises(stripe.CardError, match="declined"):
            api.invoices.pay(owed.id, {}, {"idempotency_key": "one"})
        set_card(sandbox, "ok")
    assert api.invoices.pay(owed.id, {}, {"idempotency_key": "two"}).status == "paid"


def test_an_unknown_parameter_is_refused(api: stripe.V1Services) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="Received unknown parameter: colour") as caught:
        api.customers.create({"name": "Acme", "colour": "red"})  # type: ignore[typeddict-unknown-key]
    assert (caught.value.code, caught.value.param) == ("parameter_unknown", "colour")


def test_an_unknown_address_is_not_found(api: stripe.V1Services, settings: Settings) -> None:
    whole = stripe.StripeClient(settings.STRIPE_SECRET_KEY, base_addresses={"api": settings.BILLING_SANDBOX_URL})
    with pytest.raises(stripe.InvalidRequestError, match="Unrecognized request URL") as caught:
        whole.raw_request("get", "/v1/nothing")
    assert caught.value.http_status == 404


def test_an_unknown_object_is_missing(api: stripe.V1Services) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="No such customer: 'cus_nobody'") as caught:
        api.customers.retrieve("cus_nobody")
    assert (caught.value.http_status, caught.value.code) == (404, "resource_missing")


def test_a_wrong_key_is_refused(sandbox: Sandbox, settings: Settings) -> None:
    settings.STRIPE_SECRET_KEY = "wrong"
    with pytest.raises(stripe.AuthenticationError) as caught:
        client().prices.list()
    assert caught.value.http_status == 401


# --- Prices ---
def test_a_lookup_key_has_one_price_and_can_be_transferred(api: stripe.V1Services) -> None:
    first = a_price(api, lookup_key="team")
    with pytest.raises(stripe.InvalidRequestError, match="already uses that lookup key"):
        a_price(api, lookup_key="team")
    second = a_price(api, lookup_key="team", transfer_lookup_key=True)
    assert [price.id for price in api.prices.list({"lookup_keys": ["team"]}).data] == [second]
    assert first in [price.id for price in api.prices.list({"active": True}).data]


def test_the_amount_of_a_price_cannot_change(api: stripe.V1Services) -> None:
    price = a_price(api)
    with pytest.raises(stripe.InvalidRequestError, match="unknown parameter: unit_amount"):
        api.prices.update(price, {"unit_amount": 1})  # type: ignore[typeddict-unknown-key]
    assert not api.prices.update(price, {"active": False}).active
    assert api.prices.list({"active": True}).data == []


# --- Checkout ---
def test_a_checkout_is_paid_once(api: stripe.V1Services) -> None:
    session = a_checkout(api)
    pay({"url": session.url})
    requests.post(str(session.url), data={"card": "ok"}, timeout=10)
    done = api.checkout.sessions.retrieve(session.id)
    assert (done.status, done.payment_status) == ("complete", "paid")
    assert len(api.subscriptions.list({"customer": str(session.customer)}).data) == 1


def test_only_an_open_checkout_can_be_expired(api: stripe.V1Services) -> None:
    session = a_checkout(api)
    assert api.checkout.sessions.expire(session.id).status == "expired"
    with pytest.raises(stripe.InvalidRequestError, match="Only Checkout Sessions with a status in"):
        api.checkout.sessions.expire(session.id)


def test_a_checkout_is_open_for_a_day(api: stripe.V1Services, sandbox: Sandbox) -> None:
    session = a_checkout(api)
    assert session.expires_at - session.created == pytest.approx(DAY, abs=1)
    until(sandbox, session.expires_at)
    assert api.checkout.sessions.retrieve(session.id).status == "expired"


# --- Trials ---
def test_a_trial_begins_with_an_invoice_of_nothing(api: stripe.V1Services) -> None:
    subscription = subscribe(api, trial_period_days=14)
    assert subscription.status == "trialing"
    assert subscription.trial_end == item(subscription).current_period_end
    assert subscription.trial_end == pytest.approx(subscription.created + 14 * DAY, abs=1)
    first = latest(api, subscription)
    assert (first.total, first.status, first.billing_reason) == (0, "paid", "subscription_create")


def test_a_trial_is_paid_when_it_is_over(api: stripe.V1Services, sandbox: Sandbox) -> None:
    subscription = subscribe(api, trial_period_days=14)
    to_renewal(sandbox, api, subscription)
    assert again(api, subscription).status == "active"
    first = latest(api, subscription)
    assert (first.total, first.status, first.billing_reason) == (6_000, "paid", "subscription_cycle")


@pytest.mark.parametrize(
    ("behaviour", "status"), [("cancel", "canceled"), ("create_invoice", "past_due"), ("pause", "paused")]
)
def test_a_trial_without_a_card_ends_as_it_was_said(
    api: stripe.V1Services, sandbox: Sandbox, behaviour: str, status: str
) -> None:
    ending = {"end_behavior": {"missing_payment_method": behaviour}}
    subscription = subscribe(api, "", trial_period_days=14, trial_settings=ending)
    assert subscription.default_payment_method is None
    to_renewal(sandbox, api, subscription)
    assert again(api, subscription).status == status


# --- Changes ---
def test_a_change_costs_the_difference_for_the_time_that_is_left(api: stripe.V1Services, sandbox: Sandbox) -> None:
    subscription = subscribe(api)
    sandbox.sleep(10 * DAY)
    changed = seats(api, subscription, 5)
    unused, remaining = latest(api, subscription).lines.data
    period = item(changed)
    left = (period.current_period_end - remaining.period.start) / (
        period.current_period_end - period.current_period_start
    )
    assert 0.6 < left < 0.7
    assert (unused.amount, remaining.amount) == (-round(6_000 * left), round(15_000 * left))
    assert latest(api, subscription).total == unused.amount + remaining.amount


def test_what_is_given_back_is_a_credit_for_the_next_invoice(api: stripe.V1Services, sandbox: Sandbox) -> None:
    subscription = subscribe(api)
    sandbox.sleep(10 * DAY)
    seats(api, subscription, 1)
    credit = latest(api, subscription)
    assert (credit.total < 0, credit.amount_due, credit.status) == (True, 0, "paid")
    assert api.customers.retrieve(str(subscription.customer)).balance == credit.total
    to_renewal(sandbox, api, subscription)
    following = latest(api, subscription)
    assert (following.total, following.amount_due) == (3_000, 3_000 + credit.total)
    assert api.customers.retrieve(str(subscription.customer)).balance == 0


def test_a_preview_changes_nothing(api: stripe.V1Services) -> None:
    subscription = subscribe(api)
    before = again(api, subscription).to_dict()
    preview = api.invoices.create_preview(
        {
            "subscription": subscription.id,
            "subscription_details": {
                "items": [{"id": item(subscription).id, "quantity": 3}],
                "proration_behavior": "always_invoice",
            },
        }
    )
    assert preview.total > 0
    assert again(api, subscription).to_dict() == before
    assert len(api.invoices.list({"subscription": subscription.id}).data) == 1


@pytest.fixture
def waiting(api: stripe.V1Services) -> stripe.Subscription:
    """Five seats are wanted instead of two, and not paid."""
    return seats(api, subscribe(api, "fails_later"), 5, payment_behavior="pending_if_incomplete")


def test_a_change_that_is_not_paid_waits(api: stripe.V1Services, waiting: stripe.Subscription) -> None:
    assert waiting.pending_update
    [wanted] = waiting.pending_update.subscription_items or []
    assert (item(waiting).quantity, wanted.quantity, waiting.status) == (2, 5, "active")
    assert latest(api, waiting).status == "open"


def test_a_change_that_waits_comes_when_it_is_paid(
    api: stripe.V1Services, sandbox: Sandbox, waiting: stripe.Subscription
) -> None:
    set_card(sandbox, "ok")
    api.invoices.pay(str(waiting.latest_invoice))
    done = again(api, waiting)
    assert (item(done).quantity, done.pending_update) == (5, None)


def test_a_change_that_waits_is_dropped_after_23_hours(
    api: stripe.V1Services, sandbox: Sandbox, waiting: stripe.Subscription
) -> None:
    assert waiting.pending_update
    owed = latest(api, waiting)
    assert waiting.pending_update.expires_at - owed.created == pytest.approx(23 * 3_600, abs=1)
    until(sandbox, waiting.pending_update.expires_at)
    done = again(api, waiting)
    assert (item(done).quantity, done.pending_update, latest(api, waiting).status) == (2, None, "void")


def test_a_change_waits_no_longer_than_the_period(api: stripe.V1Services, sandbox: Sandbox) -> None:
    subscription = subscribe(api, "fails_later")
    end = item(subscription).current_period_end
    until(sandbox, end - 3_600)
    waiting = seats(api, subscription, 5, payment_behavior="pending_if_incomplete")
    assert waiting.pending_update
    assert waiting.pending_update.expires_at == end
    set_card(sandbox, "ok")
    to_renewal(sandbox, api, subscription)
    assert again(api, subscription).pending_update is None
    assert api.invoices.retrieve(str(waiting.latest_invoice)).status == "void"
    assert (latest(api, subscription).total, latest(api, subscription).status) == (6_000, "paid")


def test_another_change_takes_the_place_of_one_that_waits(
    api: stripe.V1Services, sandbox: Sandbox, waiting: stripe.Subscription
) -> None:
    other = seats(api, waiting, 4, payment_behavior="pending_if_incomplete")
    assert api.invoices.retrieve(str(waiting.latest_invoice)).status == "void"
    assert other.pending_update
    assert [wanted.quantity for wanted in other.pending_update.subscription_items or []] == [4]
    set_card(sandbox, "ok")
    done = seats(api, waiting, 3, payment_behavior="pending_if_incomplete")
    assert (item(done).quantity, done.pending_update) == (3, None)
    assert api.invoices.retrieve(str(other.latest_invoice)).status == "void"


def test_not_everything_can_wait(api: stripe.V1Services) -> None:
    subscription = subscribe(api)
    with pytest.raises(stripe.InvalidRequestError) as caught:
        seats(api, subscription, 3, payment_behavior="pending_if_incomplete", metadata={"a": "b"})
    assert caught.value.param == "metadata"


def test_a_change_that_is_not_paid_can_be_refused(api: stripe.V1Services) -> None:
    subscription = subscribe(api, "fails_later")
    before = again(api, subscription).to_dict()
    with pytest.raises(stripe.CardError) as caught:
        seats(api, subscription, 5, payment_behavior="error_if_incomplete")
    assert caught.value.http_status == 402
    assert again(api, subscription).to_dict() == before


# --- Renewals ---
def test_a_renewal_that_fails_is_tried_again(api: stripe.V1Services, sandbox: Sandbox) -> None:
    """When is a setting of the account. The sandbox counts three, five and seven days from the first try."""
    subscription = subscribe(api, "fails_later")
    to_renewal(sandbox, api, subscription)
    assert again(api, subscription).status == "past_due"
    waits, owed = [], latest(api, subscription)
    while owed.next_payment_attempt:
        waits.append((owed.next_payment_attempt - owed.created) // DAY)
        until(sandbox, owed.next_payment_attempt)
        owed = latest(api, subscription)
    assert (waits, owed.attempt_count, owed.status) == ([3, 5, 7], 4, "open")


@pytest.mark.parametrize(("setting", "status"), [("unpaid", "unpaid"), ("cancel", "canceled")])
def test_what_follows_when_a_renewal_has_failed_for_good(
    api: stripe.V1Services, sandbox: Sandbox, setting: str, status: str
) -> None:
    sandbox.world.settings["final_failure"] = setting
    subscription = subscribe(api, "fails_later")
    to_renewal(sandbox, api, subscription)
    sandbox.sleep(7 * DAY)
    assert again(api, subscription).status == status


@pytest.mark.parametrize("days", [0, 8])
def test_paying_what_is_owed_makes_it_active(api: stripe.V1Services, sandbox: Sandbox, days: int) -> None:
    subscription = subscribe(api, "fails_later")
    to_renewal(sandbox, api, subscription)
    sandbox.sleep(days * DAY)
    assert again(api, subscription).status == ("unpaid" if days else "past_due")
    change_card(str(latest(api, subscription).hosted_invoice_url), "ok")
    assert (again(api, subscription).status, latest(api, subscription).status) == ("active", "paid")


def test_a_month_without_that_day_ends_on_its_last(api: stripe.V1Services, sandbox: Sandbox) -> None:
    year = next(year for year in count(datetime.now(UTC).year + 1) if not isleap(year))
    until(sandbox, int(datetime(year, 1, 31, 12, tzinfo=UTC).timestamp()))
    subscription = subscribe(api)
    days = []
    for _ in range(3):
        end = datetime.fromtimestamp(item(again(api, subscription)).current_period_end, UTC)
        days.append((end.month, end.day))
        to_renewal(sandbox, api, subscription)
    assert days == [(2, 28), (3, 31), (4, 30)]


@pytest.mark.parametrize("when", ["now", "then"])
def test_another_interval_begins_a_new_cycle(api: stripe.V1Services, sandbox: Sandbox, when: str) -> None:
    subscription = subscribe(api)
    sandbox.sleep(10 * DAY)
    yearly = a_price(api, 30_000, "year")
    if when == "now":
        wanted: Any = [{"id": item(subscription).id, "price": yearly}]
        api.subscriptions.update(subscription.id, {"items": wanted, "proration_behavior": "always_invoice"})
    else:
        scheduled(api, subscription, yearly)
        to_renewal(sandbox, api, subscription)
    for _ in range(2):
        period = item(again(api, subscription))
        assert (period.current_period_end - period.current_period_start) // DAY in (365, 366)
        to_renewal(sandbox, api, subscription)


# --- Ends ---
def test_cancelling_with_the_period_sets_the_date(api: stripe.V1Services, sandbox: Sandbox) -> None:
    subscription = subscribe(api)
    ending = api.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    assert (ending.cancel_at, ending.status) == (item(ending).current_period_end, "active")
    to_renewal(sandbox, api, subscription)
    ended = again(api, subscription)
    assert (ended.status, ended.ended_at) == ("canceled", ending.cancel_at)
    assert len(api.invoices.list({"subscription": subscription.id}).data) == 1


def test_a_cancellation_can_be_taken_back(api: stripe.V1Services) -> None:
    subscription = subscribe(api)
    api.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    kept = api.subscriptions.update(subscription.id, {"cancel_at_period_end": False})
    assert (kept.cancel_at_period_end, kept.cancel_at, kept.canceled_at) == (False, None, None)


def test_the_portal_sets_the_date_alone(api: stripe.V1Services) -> None:
    """In flexible billing mode, in which new subscriptions are."""
    subscription = subscribe(api)
    assert subscription.billing_mode.type == "flexible"
    portal = api.billing_portal.sessions.create({"customer": str(subscription.customer), "return_url": "http://x/"})
    requests.post(portal.url, data={"do": "cancel"}, timeout=10).raise_for_status()
    ending = again(api, subscription)
    assert (ending.cancel_at, ending.cancel_at_period_end) == (item(ending).current_period_end, False)


def test_what_is_cancelled_cannot_be_cancelled_again(api: stripe.V1Services) -> None:
    subscription = subscribe(api)
    assert api.subscriptions.cancel(subscription.id).status == "canceled"
    with pytest.raises(stripe.InvalidRequestError) as caught:
        api.subscriptions.cancel(subscription.id)
    assert (caught.value.http_status, caught.value.code) == (404, "resource_missing")


# --- Schedules ---
def scheduled(api: stripe.V1Services, subscription: stripe.Subscription, price: str) -> str:
    """Another price from the next period on; gives the schedule's id."""
    schedule = api.subscription_schedules.create({"from_subscription": subscription.id})
    [now] = schedule.phases
    old: Any = {"price": item(subscription).price.id, "quantity": 2}
    then: Any = {"items": [{"price": price, "quantity": 1}], "duration": {"interval": "month", "interval_count": 1}}
    api.subscription_schedules.update(
        schedule.id,
        {
            "end_behavior": "release",
            "phases": [{"items": [old], "start_date": now.start_date, "end_date": now.end_date}, then],
        },
    )
    return schedule.id


def test_a_schedule_is_attached_once(api: stripe.V1Services) -> None:
    subscription = subscribe(api)
    schedule = api.subscription_schedules.create({"from_subscription": subscription.id})
    assert again(api, subscription).schedule == schedule.id
    assert schedule.phases[0].end_date == item(subscription).current_period_end
    with pytest.raises(stripe.InvalidRequestError, match="already attached to a schedule"):
        api.subscription_schedules.create({"from_subscription": subscription.id})


def test_a_schedule_changes_the_price_with_the_period(api: stripe.V1Services, sandbox: Sandbox) -> None:
    subscription, price = subscribe(api), a_price(api, 1_000)
    schedule = scheduled(api, subscription, price)
    assert item(again(api, subscription)).price.id != price
    to_renewal(sandbox, api, subscription)
    assert item(again(api, subscription)).price.id == price
    assert latest(api, subscription).total == 1_000
    assert api.subscription_schedules.retrieve(schedule).status == "released"


def test_a_released_schedule_leaves_everything_as_it_is(api: stripe.V1Services, sandbox: Sandbox) -> None:
    subscription = subscribe(api)
    schedule = api.subscription_schedules.release(scheduled(api, subscription, a_price(api, 1_000)))
    assert (schedule.status, schedule.released_subscription) == ("released", subscription.id)
    assert again(api, subscription).schedule is None
    to_renewal(sandbox, api, subscription)
    assert latest(api, subscription).total == 6_000


def test_with_a_schedule_it_cannot_be_cancelled_beside_it(api: stripe.V1Services) -> None:
    subscription = subscribe(api)
    scheduled(api, subscription, a_price(api, 1_000))
    with pytest.raises(stripe.InvalidRequestError, match="managed by the subscription schedule"):
        api.subscriptions.update(subscription.id, {"cancel_at_period_end": True})


# --- Lists ---
def test_lists_come_in_pages(api: stripe.V1Services) -> None:
    made = [a_price(api, amount) for amount in (100, 200, 300)]
    first = api.prices.list({"limit": 2})
    assert ([price.id for price in first.data], first.has_more) == ([made[2], made[1]], True)
    rest = api.prices.list({"limit": 2, "starting_after": made[1]})
    assert ([price.id for price in rest.data], rest.has_more) == ([made[0]], False)
    assert [price.id for price in first.auto_paging_iter()] == made[::-1]
    with pytest.raises(stripe.InvalidRequestError) as caught:
        api.prices.list({"limit": 101})
    assert caught.value.param == "limit"


def test_lists_leave_out_what_is_cancelled(api: stripe.V1Services, sandbox: Sandbox) -> None:
    subscription = subscribe(api)
    customer = str(subscription.customer)
    api.subscriptions.cancel(subscription.id)
    assert api.subscriptions.list({"customer": customer}).data == []
    assert len(api.subscriptions.list({"customer": customer, "status": "all"}).data) == 1
    later: Any = {"gt": subscription.created}
    assert api.subscriptions.list({"status": "all", "created": later}).data == []


def test_ids_are_expanded(api: stripe.V1Services) -> None:
    subscription = subscribe(api)
    found = api.subscriptions.retrieve(subscription.id, {"expand": ["latest_invoice", "items.data.price.product"]})
    assert isinstance(found.latest_invoice, stripe.Invoice)
    assert isinstance(item(found).price.product, stripe.Product)
    listed = api.subscriptions.list({"expand": ["data.default_payment_method"]}).data
    assert isinstance(listed[0].default_payment_method, stripe.PaymentMethod)
    with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
        api.subscriptions.retrieve(subscription.id, {"expand": ["colour"]})


# --- Events ---
def test_events_come_newest_first(api: stripe.V1Services, sandbox: Sandbox) -> None:
    subscription = subscribe(api)
    sandbox.sleep(DAY)
    api.subscriptions.cancel(subscription.id)
    events = api.events.list({"limit": 100}).data
    assert events[0].type == "customer.subscription.deleted"
    assert events[-1].type == "customer.created"
    assert [event.created for event in events] == sorted((event.created for event in events), reverse=True)
    since = api.events.list({"created": {"gte": events[0].created}}).data
    assert [event.id for event in since] == [events[0].id] == [api.events.retrieve(events[0].id).id]


def test_a_delivery_is_signed(api: stripe.V1Services, sandbox: Sandbox, settings: Settings) -> None:
    a_customer(api)
    body, headers = sandbox.provider.sign(sandbox.world.events[-1])
    secret, signature = settings.STRIPE_WEBHOOK_SECRETS[0], headers["Stripe-Signature"]
    event = stripe.Webhook.construct_event(body, signature, secret)
    assert event.to_dict() == json.loads(body)
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(body + b" ", signature, secret)
