"""Nobody acts on another tenant's checkout, customer, subscription or invoice."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from subscriptions.models import BillingAccount, Invoice, WebhookEvent
from subscriptions.provider import Forged
from subscriptions.sandbox.app import DAY, Sandbox
from subscriptions.services import account_of, ensure_customer, record_event
from tenants.models import Tenant

from .customer import mixed_event, pay, set_card

TEAM = {"plan": "team", "interval": "month", "seats": 5}
SUBSCRIPTION = "/api/v1/subscription"


@pytest.fixture
def other(catalogue: None, login: Callable[[User, str], APIClient], charlie: User) -> APIClient:
    """Charlie at Globex, logged in."""
    return login(charlie, "globex.localhost")


def subscribe(client: APIClient) -> dict[str, str]:
    """Subscribe; what the browser brought back."""
    begun = client.post(f"{SUBSCRIPTION}/checkout", TEAM)
    assert begun.status_code == 201, begun.content
    brought = pay(begun.json())
    assert client.post(f"{SUBSCRIPTION}/confirm", {"brought": brought}).status_code == 200
    return brought


def status(client: APIClient) -> str:
    return str(client.get(SUBSCRIPTION).json()["status"])


def test_anothers_checkout_is_not_confirmed(owner: APIClient, other: APIClient) -> None:
    brought = subscribe(owner)
    answer = other.post(f"{SUBSCRIPTION}/confirm", {"brought": brought})
    assert (answer.status_code, answer.json()["code"]) == (409, "not_begun")
    other.post(f"{SUBSCRIPTION}/checkout", TEAM)
    answer = other.post(f"{SUBSCRIPTION}/confirm", {"brought": brought})
    assert (answer.status_code, answer.json()["code"]) == (403, "not_your_checkout")
    assert (status(owner), status(other)) == ("trialing", "none")


def test_anothers_invoices_are_not_seen_and_not_paid(
    owner: APIClient, other: APIClient, sandbox: Sandbox, deliver: Callable[[], int]
) -> None:
    subscribe(owner)
    sandbox.advance(15 * DAY)
    set_card(sandbox, "fails_later")
    sandbox.advance(31 * DAY)
    deliver()
    owed = Invoice.objects.get(status="open")
    assert other.get("/api/v1/invoices").json()["results"] == []
    assert other.post(f"/api/v1/invoices/{owed.pk}/pay").status_code == 404
    owed.refresh_from_db()
    assert owed.status == "open"


@pytest.mark.parametrize("address", ["change", "preview", "cancel", "resume", "payment-method"])
def test_what_is_in_the_body_names_no_subscription(owner: APIClient, other: APIClient, address: str) -> None:
    subscribe(owner)
    mine = account_of_client(owner)
    body: dict[str, Any] = {**TEAM, "seats": 9, "account": str(mine.uuid), "tenant": mine.tenant_id}
    body |= {"subscription": mine.subscriptions.get().provider_ref, "customer": mine.customer_ref or ""}
    answer = other.post(f"{SUBSCRIPTION}/{address}", body)
    assert (answer.status_code, answer.json()["code"]) == (409, "not_subscribed")
    assert owner.get(SUBSCRIPTION).json()["seats"] == 5


def account_of_client(client: APIClient) -> BillingAccount:
    return BillingAccount.objects.select_related("tenant").get(tenant__slug="acme")


def test_the_customer_is_the_tenants_own(owner: APIClient, other: APIClient, acme: Tenant, globex: Tenant) -> None:
    for tenant in (acme, globex):
        ensure_customer(account_of(tenant))
    refs = [account_of(tenant).customer_ref for tenant in (acme, globex)]
    assert refs[0] != refs[1] or refs == [None, None]


def test_an_event_about_two_tenants_is_refused_and_leaves_no_row(
    owner: APIClient, other: APIClient, acme: Tenant, globex: Tenant
) -> None:
    subscribe(owner)
    before = WebhookEvent.objects.count()
    with pytest.raises(Forged):
        record_event(mixed_event(account_of(acme), account_of(globex)), {})
    assert WebhookEvent.objects.count() == before


@pytest.mark.parametrize(("who", "address", "method"), [("bob", "", "get"), ("bob", "/checkout", "post")])
def test_members_without_the_permission_see_and_change_nothing(
    catalogue: None,
    login: Callable[[User, str], APIClient],
    request: pytest.FixtureRequest,
    who: str,
    address: str,
    method: str,
) -> None:
    client = login(request.getfixturevalue(who), "acme.localhost")
    answer = getattr(client, method)(f"{SUBSCRIPTION}{address}", TEAM if method == "post" else None)
    assert (answer.status_code, answer.json()["code"]) == (403, "permission_required")
