"""What a plan does not have cannot be had: by nobody, and not by two at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.models import User
from conftest import World
from contacts.models import Contact
from subscriptions.entitlements import GRACE, PlanRefused, entitlements, override, rate_of, require_feature
from subscriptions.models import BillingAccount
from subscriptions.plans import CONTACTS, CUSTOM_ROLES, FREE, PLANS, SEATS, Plan
from subscriptions.services import account_of
from tenants.context import tenant_context
from tenants.models import Invitation, Membership, Tenant
from tenants.tasks import send_invitation

pytestmark = pytest.mark.usefixtures("free_plan")


def having(tenant: Tenant, plan: str, **values: Any) -> BillingAccount:
    """The tenant's account, as if it had paid for the plan."""
    account = account_of(tenant)
    for name, value in {"plan_key": plan, "status": "active", "seats": 5, **values}.items():
        setattr(account, name, value)
    account.save()
    tenant.billing = account
    return account


def refused(answer: Any, code: str) -> dict[str, Any]:
    assert (answer.status_code, answer.json()["code"]) == (402, code), answer.content
    assert answer.json()["upgrade_url"].endswith("/settings/billing")
    return answer.json()  # type: ignore[no-any-return]


@pytest.fixture
def owner(db: None, login: Callable[[User, str], APIClient], alice: User) -> APIClient:
    return login(alice, "acme.localhost")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "plan"),
    [
        ("active", "team"),
        ("trialing", "team"),
        ("past_due", "team"),
        ("unpaid", "team"),
        ("paused", "team"),
        ("incomplete", "free"),
        ("canceled", "free"),
        ("", "free"),
    ],
)
def test_the_plan_is_there_as_long_as_the_subscription_is(acme: Tenant, status: str, plan: str) -> None:
    having(acme, "team", status=status)
    assert entitlements(acme).plan.key == plan


@pytest.mark.django_db
def test_a_price_that_is_none_of_ours_gives_the_free_plan(acme: Tenant) -> None:
    having(acme, "")
    assert entitlements(acme).plan is FREE


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "since", "access"),
    [
        ("active", None, "full"),
        ("past_due", timedelta(0), "full"),
        ("past_due", GRACE - timedelta(minutes=1), "full"),
        ("past_due", GRACE, "read_only"),
        ("unpaid", timedelta(0), "read_only"),
    ],
)
def test_what_is_owed_closes_in_the_end(acme: Tenant, status: str, since: timedelta | None, access: str) -> None:
    having(acme, "team", status=status, past_due_since=None if since is None else timezone.now() - since)
    assert entitlements(acme).access == access


@pytest.mark.django_db
def test_what_can_only_be_read_can_be_read_exported_and_paid(owner: APIClient, acme: Tenant) -> None:
    having(acme, "team", status="unpaid", past_due_since=timezone.now())
    assert owner.get("/api/v1/contacts").status_code == 200
    refused(owner.post("/api/v1/contacts", {"name": "Ann"}), "read_only")
    refused(owner.patch("/api/v1/tenant", {"name": "Other"}), "read_only")
    refused(owner.post("/api/v1/invitations", {"emails": ["x@acme.test"], "role": "member"}), "read_only")
    assert owner.patch("/api/v1/subscription/details", {"legal_name": "Acme Inc."}).status_code == 200
    assert owner.post("/api/v1/tenant/export").status_code != 402


@pytest.mark.django_db
def test_a_feature_that_the_plan_lacks(owner: APIClient, acme: Tenant) -> None:
    role = {"name": "Sales", "permissions": ["contacts.read"]}
    refused(owner.post("/api/v1/roles", role), "feature_not_in_plan")
    having(acme, "team")
    assert owner.post("/api/v1/roles", role).status_code == 201
    refused(owner.post("/api/v1/tenant/domains", {"host": "app.acme.test"}), "feature_not_in_plan")


@pytest.mark.django_db
def test_the_limit_of_contacts(owner: APIClient, acme: Tenant) -> None:
    override(account_of(acme), key=CONTACTS, value=2, reason="a test", expires_at=None)
    for name in ("Ann", "Ben"):
        assert owner.post("/api/v1/contacts", {"name": name, "email": f"{name}@x.test"}).status_code == 201
    answer = refused(owner.post("/api/v1/contacts", {"name": "Cid", "email": "c@x.test"}), "plan_limit_reached")
    assert (answer["limit"], answer["allowed"], answer["used"]) == (CONTACTS, 2, 2)


@pytest.mark.django_db
def test_over_the_limit_everything_stays_and_nothing_is_added(owner: APIClient, acme: Tenant) -> None:
    for name in ("Ann", "Ben"):
        owner.post("/api/v1/contacts", {"name": name, "email": f"{name}@x.test"})
    override(account_of(acme), key=CONTACTS, value=1, reason="a test", expires_at=None)
    [first, _] = owner.get("/api/v1/contacts").json()["results"]
    refused(owner.post("/api/v1/contacts", {"name": "Cid", "email": "c@x.test"}), "plan_limit_reached")
    assert owner.patch(f"/api/v1/contacts/{first['id']}", {"name": "Anna"}).status_code == 200
    assert owner.delete(f"/api/v1/contacts/{first['id']}").status_code == 204


@pytest.mark.django_db
def test_an_agreement_ends_when_it_was_said_to(acme: Tenant) -> None:
    account = having(acme, "starter")
    override(account, key=CUSTOM_ROLES, value=1, reason="a friend", expires_at=timezone.now() + timedelta(days=1))
    require_feature(acme, CUSTOM_ROLES)
    override(account, key=CUSTOM_ROLES, value=1, reason="a friend", expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(PlanRefused):
        require_feature(acme, CUSTOM_ROLES)


@pytest.mark.django_db
def test_an_agreement_can_take_and_give(acme: Tenant) -> None:
    account = having(acme, "team")
    override(account, key=CUSTOM_ROLES, value=0, reason="abuse", expires_at=None)
    override(account, key=CONTACTS, value=None, reason="a large customer", expires_at=None)
    found = entitlements(acme)
    assert CUSTOM_ROLES not in found.features
    assert found.limits[CONTACTS] is None


@pytest.mark.django_db
def test_who_may_asks_no_provider_and_no_database(
    acme: Tenant, django_assert_num_queries: Callable[[int], Any]
) -> None:
    having(acme, "team")
    tenant = Tenant.objects.select_related("billing").get(pk=acme.pk)
    with django_assert_num_queries(0):
        assert entitlements(tenant).limits[SEATS] == 5


@pytest.mark.django_db
def test_a_plan_says_how_often_the_api_may_be_asked(
    owner: APIClient, acme: Tenant, settings: Settings, free_plan: Plan
) -> None:
    settings.API_RATE_OF = "subscriptions.entitlements.rate_of"
    assert owner.get("/api/v1/contacts")["RateLimit-Policy"] == f'"default";q={free_plan.requests};w=60'
    having(acme, "business")
    assert owner.get("/api/v1/contacts")["RateLimit-Policy"] == f'"default";q={PLANS["business"].requests};w=60'
    assert rate_of(None) == (*settings.API_RATE,)


# --- At the same moment ---
AT_ONCE = 20


def at_once(number: int, act: Callable[[int], int]) -> list[int]:
    """The statuses of so many requests that begin together."""
    start = Barrier(number)

    def one(index: int) -> int:
        start.wait(30)
        try:
            return act(index)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(number) as pool:
        return sorted(pool.map(one, range(number)))


def test_twenty_invitations_at_the_seat_limit(
    committed_db: World, login: Callable[[User, str], APIClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Celery's eager tasks are not for several threads: one of its globals would stay set.
    monkeypatch.setattr(send_invitation, "delay", lambda number: None)
    acme = committed_db.acme
    having(acme, "team", seats=8)  # of which three are taken
    cookies = login(committed_db.alice, "acme.localhost").cookies

    def invite(index: int) -> int:
        client = APIClient(HTTP_HOST="acme.localhost")
        client.cookies = cookies
        body = {"emails": [f"new-{index}@acme.test"], "role": "member"}
        return int(client.post("/api/v1/invitations", body).status_code)

    assert at_once(AT_ONCE, invite) == [201] * 5 + [402] * 15
    assert Membership.objects.filter(tenant=acme).count() + Invitation.objects.filter(tenant=acme).count() == 8


def test_twenty_contacts_at_the_limit(committed_db: World, login: Callable[[User, str], APIClient]) -> None:
    override(account_of(committed_db.acme), key=CONTACTS, value=7, reason="a test", expires_at=None)
    cookies = login(committed_db.alice, "acme.localhost").cookies

    def create(index: int) -> int:
        client = APIClient(HTTP_HOST="acme.localhost")
        client.cookies = cookies
        return int(client.post("/api/v1/contacts", {"name": "Ann", "email": f"{index}@x.test"}).status_code)

    assert at_once(AT_ONCE, create) == [201] * 7 + [402] * 13
    with tenant_context(committed_db.acme):
        assert Contact.objects.count() == 7
