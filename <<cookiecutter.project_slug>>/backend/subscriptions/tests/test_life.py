"""A subscription's life, through the API, the real SDK and the provider's pages."""

from collections.abc import Callable
from typing import Any

from rest_framework.test import APIClient

from subscriptions.sandbox.app import DAY, Sandbox

from .customer import WAITS, approve, change_card, pay, set_card, subscriptions

GOES_ON = ("active", "authenticated", "trialing", "past_due", "pending")
"""In the words of either provider."""
TEAM = {"plan": "team", "interval": "month", "seats": 5}


def post(client: APIClient, address: str, body: Any = None, status: int = 200) -> Any:
    answer = client.post(f"/api/v1/subscription/{address}", body or {})
    assert answer.status_code == status, answer.content
    return answer.json()


def now(client: APIClient) -> dict[str, Any]:
    answer = client.get("/api/v1/subscription")
    assert answer.status_code == 200, answer.content
    return answer.json()  # type: ignore[no-any-return]


def subscribe(client: APIClient, order: dict[str, Any] = TEAM, card: str = "ok") -> dict[str, Any]:
    back = pay(post(client, "checkout", order, 201), card)
    return post(client, "confirm", {"brought": back})  # type: ignore[no-any-return]


def change(client: APIClient, order: dict[str, Any]) -> dict[str, Any]:
    """Change the plan, and do for it what the provider wants the customer to do."""
    done = post(client, "change", order)
    if done["outcome"] == WAITS:
        return post(client, "confirm", {"brought": approve(done)})  # type: ignore[no-any-return]
    return done["subscription"]  # type: ignore[no-any-return]


def test_without_a_subscription_it_is_the_free_plan(owner: APIClient) -> None:
    found = now(owner)
    assert (found["status"], found["plan"], found["access"]) == ("none", "free", "full")
    assert found["trial_days"] == {"starter": 14, "team": 14, "business": 0}


def test_a_trial_begins_and_is_paid_for(owner: APIClient, sandbox: Sandbox, deliver: Callable[[], int]) -> None:
    found = subscribe(owner)
    assert (found["status"], found["plan"], found["seats"]) == ("trialing", "team", 5)
    assert found["banner"]["kind"] == "trial"
    sandbox.advance(15 * DAY)
    deliver()
    found = now(owner)
    assert (found["status"], found["trial_end"] is not None) == ("active", True)
    assert found["banner"] is None
    assert found["trial_days"] == {"starter": 0, "team": 0, "business": 0}


def paying(client: APIClient, sandbox: Sandbox, deliver: Callable[[], int], card: str = "ok") -> None:
    """A customer whose trial is over."""
    subscribe(client, card=card)
    sandbox.advance(15 * DAY)
    deliver()


def test_an_upgrade_is_previewed_paid_and_there(owner: APIClient, sandbox: Sandbox, deliver: Callable[[], int]) -> None:
    paying(owner, sandbox, deliver)
    more = TEAM | {"seats": 8}
    preview = post(owner, "preview", more)
    assert preview["when"] == "now"
    assert preview["due_now"] > 0
    found = change(owner, more)
    assert (found["status"], found["plan"], found["seats"]) == ("active", "team", 8)
    sandbox.advance(31 * DAY)
    deliver()
    found = now(owner)
    assert (found["status"], found["plan"], found["seats"]) == ("active", "team", 8)
    assert [one["status"] for one in subscriptions(sandbox) if one["status"] == "active"] == ["active"]


def test_a_downgrade_comes_with_the_next_period_and_can_be_taken_back(
    owner: APIClient, sandbox: Sandbox, deliver: Callable[[], int]
) -> None:
    paying(owner, sandbox, deliver)
    less = {"plan": "starter", "interval": "month", "seats": 3}
    assert post(owner, "preview", less)["when"] == "period_end"
    found = change(owner, less)
    assert (found["plan"], found["seats"], found["cancel_at"]) == ("team", 5, None)
    assert found["pending"] == less | {"at": found["period_end"]}
    assert post(owner, "resume")["pending"] is None
    change(owner, less)
    sandbox.advance(31 * DAY)
    deliver()
    found = now(owner)
    assert (found["plan"], found["seats"], found["pending"]) == ("starter", 3, None)


def test_a_failed_renewal_is_told_and_mended(owner: APIClient, sandbox: Sandbox, deliver: Callable[[], int]) -> None:
    paying(owner, sandbox, deliver)
    set_card(sandbox, "fails_later")
    sandbox.advance(31 * DAY)
    deliver()
    found = now(owner)
    assert (found["status"], found["banner"]["kind"], found["access"]) == ("past_due", "payment_failed", "full")
    assert found["owed"]["status"] == "open"
    change_card(post(owner, "payment-method")["url"], "ok")
    owner.post(f"/api/v1/invoices/{found['owed']['id']}/pay")
    deliver()
    found = now(owner)
    assert (found["status"], found["banner"], found["owed"]) == ("active", None, None)


def test_a_payment_that_fails_for_good_leaves_everything_to_be_read(
    owner: APIClient, sandbox: Sandbox, deliver: Callable[[], int]
) -> None:
    paying(owner, sandbox, deliver)
    set_card(sandbox, "fails_later")
    sandbox.advance(45 * DAY)
    deliver()
    found = now(owner)
    assert (found["status"], found["access"], found["banner"]["kind"]) == ("unpaid", "read_only", "read_only")


def test_a_cancellation_is_taken_back_and_made_again(
    owner: APIClient, sandbox: Sandbox, deliver: Callable[[], int]
) -> None:
    paying(owner, sandbox, deliver)
    found = post(owner, "cancel")
    assert (found["banner"]["kind"], found["cancel_at"]) == ("canceling", found["period_end"])
    assert post(owner, "resume")["cancel_at"] is None
    post(owner, "cancel")
    sandbox.advance(31 * DAY)
    deliver()
    found = now(owner)
    assert (found["status"], found["plan"]) == ("canceled", "free")


def test_it_can_end_at_once(owner: APIClient, sandbox: Sandbox, deliver: Callable[[], int]) -> None:
    paying(owner, sandbox, deliver)
    found = post(owner, "cancel", {"when": "now"})
    assert (found["status"], found["plan"]) == ("canceled", "free")


def test_an_upgrade_that_is_not_paid_changes_nothing(
    owner: APIClient, sandbox: Sandbox, deliver: Callable[[], int]
) -> None:
    paying(owner, sandbox, deliver)
    set_card(sandbox, "fails_later")
    done = post(owner, "change", TEAM | {"seats": 9})
    assert (done["outcome"], done["subscription"]["seats"]) == (WAITS, 5)
    assert done["url"]
    sandbox.advance(2 * DAY)
    deliver()
    assert (now(owner)["seats"], now(owner)["pending"]) == (5, None)


def test_a_trial_that_is_cancelled_goes_on_to_its_end(
    owner: APIClient, sandbox: Sandbox, deliver: Callable[[], int]
) -> None:
    subscribe(owner)
    found = post(owner, "cancel")
    assert (found["status"], found["cancel_at"]) == ("trialing", found["trial_end"])
    sandbox.advance(13 * DAY)
    deliver()
    assert (now(owner)["status"], now(owner)["plan"]) == ("trialing", "team")
    sandbox.advance(2 * DAY)
    deliver()
    assert (now(owner)["status"], now(owner)["plan"]) == ("canceled", "free")


def test_more_and_less_within_a_period_leave_one_subscription(
    owner: APIClient, sandbox: Sandbox, deliver: Callable[[], int]
) -> None:
    paying(owner, sandbox, deliver)
    change(owner, TEAM | {"seats": 8})
    less = {"plan": "starter", "interval": "month", "seats": 3}
    found = change(owner, less)
    assert (found["plan"], found["seats"], found["pending"]["plan"]) == ("team", 8, "starter")
    sandbox.advance(62 * DAY)
    deliver()
    found = now(owner)
    assert (found["status"], found["plan"], found["seats"]) == ("active", "starter", 3)
    assert [one["status"] for one in subscriptions(sandbox) if one["status"] in GOES_ON] == ["active"]


def test_more_and_then_an_end_keeps_what_is_paid(
    owner: APIClient, sandbox: Sandbox, deliver: Callable[[], int]
) -> None:
    paying(owner, sandbox, deliver)
    change(owner, TEAM | {"seats": 8})
    post(owner, "cancel")
    sandbox.advance(29 * DAY)
    deliver()
    assert (now(owner)["status"], now(owner)["seats"]) == ("active", 8)
    sandbox.advance(3 * DAY)
    deliver()
    assert (now(owner)["status"], now(owner)["plan"]) == ("canceled", "free")
    assert [one for one in subscriptions(sandbox) if one["status"] in GOES_ON] == []
