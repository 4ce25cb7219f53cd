"""What Razorpay does, rule by rule, with the page that says so. The sandbox does the same, through the real SDK."""

from datetime import UTC, datetime
from typing import Any

import pytest
import razorpay
import requests
from pytest_django import Settings

from subscriptions.gateway.client import sdk
from subscriptions.provider import Refused, Unavailable
from subscriptions.sandbox.app import DAY, Sandbox
from subscriptions.tests.customer import change_card, pay, set_card

DOCS = "https://razorpay.com/docs"
API = f"{DOCS}/api/payments/subscriptions"
GUIDE = f"{DOCS}/payments/subscriptions"
RULES = {
    "test_a_plan_has_an_item": f"{API}/plans-entity/",
    "test_a_wrong_key_is_refused": f"{DOCS}/api/authentication/",
    "test_an_unknown_id_is_refused": f"{API}/create-subscription/",
    "test_an_unknown_address_is_refused": f"{API}/create-subscription/",
    "test_the_number_of_cycles_is_needed_and_has_a_limit": f"{API}/create-subscription/",
    "test_a_later_start_is_in_the_future": f"{API}/create-subscription/",
    "test_notes_are_a_list_if_there_are_none": f"{API}/entity/",
    "test_notes_are_at_most_fifteen": f"{API}/entity/",
    "test_without_a_start_it_begins_with_the_first_charge": f"{GUIDE}/states/",
    "test_with_a_start_it_waits_for_it": f"{GUIDE}/states/",
    "test_without_a_mandate_it_expires_and_nobody_is_told": f"{GUIDE}/states/",
    "test_an_upfront_amount_is_charged_with_the_mandate": f"{GUIDE}/workflow/",
    "test_an_upfront_amount_is_charged_with_the_first_period": f"{GUIDE}/workflow/",
    "test_a_mandate_without_an_amount_costs_a_token_that_is_given_back": f"{GUIDE}/workflow/",
    "test_what_upi_pays_cannot_be_changed": f"{API}/update-subscription/",
    "test_what_an_indian_card_pays_cannot_be_changed": f"{DOCS}/announcements/subscription-changes/",
    "test_what_waits_for_its_mandate_cannot_be_changed": f"{API}/update-subscription/",
    "test_a_change_now_is_charged_for_the_time_that_is_left": f"{GUIDE}/update/",
    "test_a_change_that_costs_next_to_nothing_is_refused": f"{GUIDE}/update/",
    "test_a_change_with_the_cycle_can_be_looked_at_and_comes": f"{API}/fetch-pending-update-details/",
    "test_a_change_with_the_cycle_can_be_taken_back": f"{API}/cancel-update/",
    "test_the_number_of_cycles_can_be_changed": f"{API}/update-subscription/",
    "test_a_cancellation_with_the_cycle_cannot_be_seen": f"{API}/cancel-subscription/",
    "test_what_has_ended_cannot_be_cancelled": f"{API}/cancel-subscription/",
    "test_a_charge_that_fails_is_tried_on_three_days_and_then_no_more": f"{GUIDE}/payment-retries/",
    "test_a_halted_one_goes_on_with_invoices_and_without_charges": f"{GUIDE}/states/",
    "test_another_card_pays_the_last_invoice": f"{GUIDE}/payment-retries/",
    "test_from_upi_it_can_be_changed_to_a_card_only": f"{GUIDE}/payment-retries/",
    "test_after_the_last_cycle_it_is_completed": f"{GUIDE}/states/",
    "test_lists_come_in_pages": f"{API}/fetch-subscriptions/",
    "test_invoices_are_those_of_a_subscription": f"{API}/fetch-invoices/",
    "test_what_the_window_brings_back_is_signed": f"{GUIDE}/integration-guide/",
    "test_a_delivery_is_signed": f"{DOCS}/webhooks/validate-test/",
    "test_each_event_has_an_id_of_its_own": f"{DOCS}/webhooks/validate-test/",
}
PRICE = 100_000
"""What a month costs, in paise."""


def test_every_rule_has_its_page() -> None:
    tests = {name for name in globals() if name.startswith("test_")} - {"test_every_rule_has_its_page"}
    assert tests == RULES.keys()


# --- What tests begin with ---
@pytest.fixture
def api(sandbox: Sandbox) -> Any:
    """Razorpay's SDK, talking to the sandbox."""
    return sdk()


def a_plan(api: Any, amount: int = PRICE) -> str:
    """A month of something."""
    item = {"name": "Team", "amount": amount, "currency": "INR"}
    return str(api.plan.create({"period": "monthly", "interval": 1, "item": item})["id"])


def begin(api: Any, **more: Any) -> dict[str, Any]:
    """A subscription that waits for its mandate."""
    made: dict[str, Any] = api.subscription.create({"plan_id": a_plan(api), "total_count": 12, **more})
    return made


def subscribe(api: Any, method: str = "ok", **more: Any) -> dict[str, Any]:
    """A subscription with a mandate."""
    made = begin(api, **more)
    pay({"url": made["short_url"]}, method)
    return again(api, made)


def again(api: Any, subscription: dict[str, Any]) -> dict[str, Any]:
    """The subscription as it is now."""
    found: dict[str, Any] = api.subscription.fetch(subscription["id"])
    return found


def invoices(api: Any, subscription: dict[str, Any]) -> list[dict[str, Any]]:
    """Its invoices, the newest first."""
    found: list[dict[str, Any]] = api.invoice.all({"subscription_id": subscription["id"]})["items"]
    return found


def told(sandbox: Sandbox) -> list[str]:
    """What events there were."""
    return [event["type"].removeprefix("subscription.") for event in sandbox.world.events]


def until(sandbox: Sandbox, moment: int) -> None:
    """It is that moment at Razorpay."""
    sandbox.sleep(max(0, moment - sandbox.world.now))


def addon(amount: int) -> list[dict[str, Any]]:
    """What is to be paid beside the plan."""
    return [{"item": {"name": "Setup", "amount": amount, "currency": "INR"}}]


@pytest.fixture
def failing(api: Any, sandbox: Sandbox) -> dict[str, Any]:
    """A subscription of which the second charge has failed."""
    subscription = subscribe(api, "fails_later")
    until(sandbox, subscription["current_end"])
    return again(api, subscription)


# --- Requests ---
def test_a_plan_has_an_item(api: Any) -> None:
    plan = api.plan.fetch(a_plan(api))
    assert (plan["item"]["amount"], plan["item"]["unit_amount"], plan["item"]["type"]) == (PRICE, PRICE, "plan")
    assert (plan["period"], plan["interval"], plan["item"]["tax_rate"]) == ("monthly", 1, None)


def test_a_wrong_key_is_refused(api: Any, settings: Settings) -> None:
    settings.RAZORPAY_KEY_SECRET = "another than the SDK was given"
    with pytest.raises(Unavailable, match="does not know the key"):
        api.plan.all()


def test_an_unknown_id_is_refused(api: Any) -> None:
    with pytest.raises(Refused, match="The id provided does not exist"):
        api.subscription.create({"plan_id": "plan_none", "total_count": 12})
    with pytest.raises(Refused, match="The id provided does not exist"):
        api.subscription.fetch("sub_none")


def test_an_unknown_address_is_refused(api: Any) -> None:
    with pytest.raises(Refused, match="The requested URL was not found on the server"):
        api.order.all()


# --- Beginnings ---
def test_the_number_of_cycles_is_needed_and_has_a_limit(api: Any) -> None:
    with pytest.raises(Refused, match="total count field is required"):
        begin(api, total_count=None)
    with pytest.raises(Refused, match="Exceeds the maximum total count"):
        begin(api, total_count=121)
    made = begin(api, total_count=120)
    assert (made["status"], made["total_count"], made["remaining_count"]) == ("created", 120, 120)


def test_a_later_start_is_in_the_future(api: Any, sandbox: Sandbox) -> None:
    with pytest.raises(Refused, match="should be in the future"):
        begin(api, start_at=sandbox.world.now - 1)


def test_notes_are_a_list_if_there_are_none(api: Any) -> None:
    assert begin(api)["notes"] == []
    assert begin(api, notes={"a": "b"})["notes"] == {"a": "b"}


def test_notes_are_at_most_fifteen(api: Any) -> None:
    assert len(begin(api, notes={str(number): "x" for number in range(15)})["notes"]) == 15
    with pytest.raises(Refused, match="more than 15"):
        begin(api, notes={str(number): "x" for number in range(16)})


def test_without_a_start_it_begins_with_the_first_charge(api: Any, sandbox: Sandbox) -> None:
    made = begin(api, quantity=3)
    assert (made["status"], made["customer_id"], made["current_start"]) == ("created", None, None)
    pay({"url": made["short_url"]})
    begun = again(api, made)
    assert (begun["status"], begun["paid_count"], begun["remaining_count"]) == ("active", 1, 11)
    assert begun["customer_id"]
    assert begun["charge_at"] == begun["current_end"]
    [invoice] = invoices(api, made)
    assert (invoice["status"], invoice["amount"], invoice["amount_due"]) == ("paid", 3 * PRICE, 0)
    assert told(sandbox) == ["authenticated", "activated", "charged"]


def test_with_a_start_it_waits_for_it(api: Any, sandbox: Sandbox) -> None:
    start = sandbox.world.now + 14 * DAY
    waiting = subscribe(api, start_at=start)
    assert (waiting["status"], waiting["charge_at"], waiting["paid_count"]) == ("authenticated", start, 0)
    assert invoices(api, waiting) == []
    until(sandbox, start)
    begun = again(api, waiting)
    assert (begun["status"], begun["current_start"], begun["paid_count"]) == ("active", start, 1)


@pytest.mark.parametrize("name", ["start_at", "expire_by"])
def test_without_a_mandate_it_expires_and_nobody_is_told(api: Any, sandbox: Sandbox, name: str) -> None:
    made = begin(api, **{name: sandbox.world.now + DAY})
    sandbox.sleep(2 * DAY)
    assert again(api, made)["status"] == "expired"
    assert told(sandbox) == []


def test_an_upfront_amount_is_charged_with_the_mandate(api: Any, sandbox: Sandbox) -> None:
    waiting = subscribe(api, start_at=sandbox.world.now + 14 * DAY, addons=addon(30_000))
    assert waiting["status"] == "authenticated"
    [invoice] = invoices(api, waiting)
    assert (invoice["status"], invoice["amount"]) == ("paid", 30_000)
    assert [line["type"] for line in invoice["line_items"]] == ["addon"]


def test_an_upfront_amount_is_charged_with_the_first_period(api: Any, sandbox: Sandbox) -> None:
    subscription = subscribe(api, addons=addon(30_000))
    until(sandbox, subscription["current_end"])
    assert [invoice["amount"] for invoice in invoices(api, subscription)] == [PRICE, PRICE + 30_000]


def test_a_mandate_without_an_amount_costs_a_token_that_is_given_back(api: Any, sandbox: Sandbox) -> None:
    subscribe(api, start_at=sandbox.world.now + 14 * DAY)
    [payment] = sandbox.world.all("payment").values()
    assert (payment["status"], payment["amount_refunded"]) == ("refunded", payment["amount"])


# --- Changes ---
def test_what_upi_pays_cannot_be_changed(api: Any) -> None:
    subscription = subscribe(api, "upi")
    assert subscription["payment_method"] == "upi"
    with pytest.raises(Refused, match="subscriptions cannot be updated when payment mode is UPI"):
        api.subscription.edit(subscription["id"], {"quantity": 2})


def test_what_an_indian_card_pays_cannot_be_changed(api: Any) -> None:
    said = "Only offers can be updated for subscriptions when payment mode is domestic card"
    with pytest.raises(Refused, match=said):
        api.subscription.edit(subscribe(api)["id"], {"quantity": 2})


def test_what_waits_for_its_mandate_cannot_be_changed(api: Any) -> None:
    with pytest.raises(Refused, match="not in Authenticated or Active state"):
        api.subscription.edit(begin(api)["id"], {"quantity": 2})


def test_a_change_now_is_charged_for_the_time_that_is_left(api: Any, sandbox: Sandbox) -> None:
    subscription = subscribe(api, "international")
    sandbox.sleep(10 * DAY)
    changed = api.subscription.edit(subscription["id"], {"quantity": 2, "schedule_change_at": "now"})
    assert (changed["quantity"], changed["current_end"]) == (2, subscription["current_end"])
    difference = invoices(api, subscription)[0]
    left = (subscription["current_end"] - difference["issued_at"]) / (
        subscription["current_end"] - subscription["current_start"]
    )
    assert difference["status"] == "paid"
    assert difference["amount"] == pytest.approx(PRICE * left, abs=1)
    assert told(sandbox)[-1] == "updated"


def test_a_change_that_costs_next_to_nothing_is_refused(api: Any) -> None:
    subscription = subscribe(api, "international")
    with pytest.raises(Refused, match="at least 50"):
        api.subscription.edit(subscription["id"], {"plan_id": a_plan(api, PRICE + 40)})
    assert again(api, subscription)["plan_id"] == subscription["plan_id"]


def test_a_change_with_the_cycle_can_be_looked_at_and_comes(api: Any, sandbox: Sandbox) -> None:
    subscription = subscribe(api, "international")
    changed = api.subscription.edit(subscription["id"], {"quantity": 4, "schedule_change_at": "cycle_end"})
    assert (changed["quantity"], changed["has_scheduled_changes"]) == (1, True)
    assert changed["change_scheduled_at"] == subscription["current_end"]
    assert api.subscription.pending_update(subscription["id"])["quantity"] == 4
    until(sandbox, subscription["current_end"])
    renewed = again(api, subscription)
    assert (renewed["quantity"], renewed["has_scheduled_changes"]) == (4, False)
    assert invoices(api, subscription)[0]["amount"] == 4 * PRICE


def test_a_change_with_the_cycle_can_be_taken_back(api: Any, sandbox: Sandbox) -> None:
    subscription = subscribe(api, "international")
    api.subscription.edit(subscription["id"], {"quantity": 4, "schedule_change_at": "cycle_end"})
    assert api.subscription.cancel_scheduled_changes(subscription["id"])["has_scheduled_changes"] is False
    with pytest.raises(Refused, match="no scheduled changes"):
        api.subscription.pending_update(subscription["id"])
    until(sandbox, subscription["current_end"])
    assert again(api, subscription)["quantity"] == 1


def test_the_number_of_cycles_can_be_changed(api: Any) -> None:
    subscription = subscribe(api, "international")
    changed = api.subscription.edit(subscription["id"], {"remaining_count": 5})
    assert (changed["paid_count"], changed["remaining_count"], changed["total_count"]) == (1, 5, 6)


# --- Ends ---
def test_a_cancellation_with_the_cycle_cannot_be_seen(api: Any, sandbox: Sandbox) -> None:
    """As people have found: https://github.com/razorpay/razorpay-node/issues/330, …/337, …/452."""
    subscription, before = subscribe(api), told(sandbox)
    api.subscription.cancel(subscription["id"], {"cancel_at_cycle_end": True})
    assert (again(api, subscription), told(sandbox)) == (subscription, before)
    until(sandbox, subscription["current_end"])
    assert again(api, subscription)["status"] == "cancelled"
    assert told(sandbox)[-1] == "cancelled"
    assert len(invoices(api, subscription)) == 1


def test_what_has_ended_cannot_be_cancelled(api: Any) -> None:
    subscription = subscribe(api)
    assert api.subscription.cancel(subscription["id"], {"cancel_at_cycle_end": False})["status"] == "cancelled"
    with pytest.raises(Refused, match="Subscription is not cancellable in cancelled status"):
        api.subscription.cancel(subscription["id"], {"cancel_at_cycle_end": False})


def test_after_the_last_cycle_it_is_completed(api: Any, sandbox: Sandbox) -> None:
    until(sandbox, int(datetime(datetime.now(UTC).year + 1, 1, 1, tzinfo=UTC).timestamp()))
    subscription = subscribe(api, total_count=2)
    until(sandbox, subscription["current_end"])
    last = again(api, subscription)
    assert (last["status"], last["paid_count"], last["remaining_count"]) == ("active", 2, 0)
    assert last["current_end"] == last["end_at"]
    until(sandbox, last["end_at"])
    assert again(api, subscription)["status"] == "completed"
    assert told(sandbox)[-1] == "completed"


# --- Charges that fail ---
def test_a_charge_that_fails_is_tried_on_three_days_and_then_no_more(
    api: Any, sandbox: Sandbox, failing: dict[str, Any]
) -> None:
    days = [failing]
    for _ in range(3):
        sandbox.sleep(DAY)
        days.append(again(api, failing))
    assert [day["status"] for day in days] == ["pending", "pending", "pending", "halted"]
    assert [day["auth_attempts"] for day in days] == [1, 2, 3, 4]
    assert told(sandbox)[-4:] == ["pending", "pending", "pending", "halted"]
    assert invoices(api, failing)[0]["status"] == "issued"


def test_a_halted_one_goes_on_with_invoices_and_without_charges(
    api: Any, sandbox: Sandbox, failing: dict[str, Any]
) -> None:
    sandbox.sleep(4 * DAY)
    set_card(sandbox, "ok")
    until(sandbox, failing["current_end"])
    halted = again(api, failing)
    assert (halted["status"], halted["paid_count"], halted["remaining_count"]) == ("halted", 1, 9)
    assert [invoice["status"] for invoice in invoices(api, failing)] == ["issued", "issued", "paid"]


@pytest.mark.parametrize(("days", "status"), [(0, "pending"), (40, "halted")])
def test_another_card_pays_the_last_invoice(
    api: Any, sandbox: Sandbox, failing: dict[str, Any], days: int, status: str
) -> None:
    """And none before that, which can be charged by hand."""
    sandbox.sleep(days * DAY)
    assert again(api, failing)["status"] == status
    change_card(failing["short_url"], "ok")
    active = again(api, failing)
    assert (active["status"], active["paid_count"], active["charge_at"]) == ("active", 2, active["current_end"])
    last, *before = [invoice["status"] for invoice in invoices(api, failing)]
    assert (last, before.count("issued")) == ("paid", 1 if days else 0)


def test_from_upi_it_can_be_changed_to_a_card_only(api: Any) -> None:
    subscription = subscribe(api, "upi")
    answer = requests.post(subscription["short_url"], data={"method": "upi"}, timeout=10)
    assert "you can change to a card only" in answer.text
    change_card(subscription["short_url"], "ok")
    assert again(api, subscription)["payment_method"] == "card"


# --- Lists ---
def test_lists_come_in_pages(api: Any) -> None:
    plan = a_plan(api)
    made = [api.subscription.create({"plan_id": plan, "total_count": 12})["id"] for _ in range(101)]
    newest_first = made[::-1]

    def page(**params: Any) -> list[str]:
        return [one["id"] for one in api.subscription.all({"plan_id": plan, **params})["items"]]

    assert page() == newest_first[:10]
    assert page(count=100) == newest_first[:100]
    assert page(count=100, skip=100) == newest_first[100:]
    assert page(count=1_000) == newest_first[:100]


def test_invoices_are_those_of_a_subscription(api: Any) -> None:
    one, other = subscribe(api), subscribe(api)
    [invoice] = invoices(api, one)
    assert (invoice["subscription_id"], invoice["customer_id"]) == (one["id"], one["customer_id"])
    assert invoices(api, other) != [invoice]
    assert (invoice["billing_start"], invoice["billing_end"]) == (one["current_start"], one["current_end"])


# --- Signatures ---
def test_what_the_window_brings_back_is_signed(api: Any) -> None:
    made = begin(api)
    brought = pay({"url": made["short_url"]})
    assert api.utility.verify_subscription_payment_signature(brought)
    assert brought["razorpay_payment_id"] == invoices(api, made)[0]["payment_id"]
    with pytest.raises(razorpay.errors.SignatureVerificationError):
        api.utility.verify_subscription_payment_signature(brought | {"razorpay_subscription_id": "sub_other"})


def test_a_delivery_is_signed(api: Any, sandbox: Sandbox, settings: Settings) -> None:
    subscribe(api)
    body, headers = sandbox.provider.sign(sandbox.world.events[-1])
    secret, signature = settings.RAZORPAY_WEBHOOK_SECRETS[0], headers["X-Razorpay-Signature"]
    api.utility.verify_webhook_signature(body.decode(), signature, secret)
    with pytest.raises(razorpay.errors.SignatureVerificationError):
        api.utility.verify_webhook_signature(body.decode() + " ", signature, secret)


def test_each_event_has_an_id_of_its_own(api: Any, sandbox: Sandbox) -> None:
    subscribe(api)
    sent = [sandbox.provider.sign(event)[1]["X-Razorpay-Event-Id"] for event in sandbox.world.events * 2]
    assert len(sent) == 6
    assert len(set(sent)) == 3
