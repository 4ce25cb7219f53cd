"""Invoices are documents of ours, with India's taxes on them."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from subscriptions.invoicing import issue
from subscriptions.invoicing.gst import financial_year, is_gstin, split
from subscriptions.models import BillingAccount, Invoice
from subscriptions.sync import sync_now
from subscriptions.tests.rows import an_invoice
from subscriptions.tests.test_sync import subscribe

KARNATAKA, MAHARASHTRA = "29AAGCB7383J1Z4", "27AAPFU0939F1ZV"


@pytest.fixture(autouse=True)
def _seller(settings: Settings) -> None:
    settings.SELLER_NAME, settings.SELLER_ADDRESS, settings.SELLER_GSTIN = "Us Pvt Ltd", "1 MG Road", KARNATAKA


@pytest.mark.parametrize("text", [KARNATAKA, MAHARASHTRA])
def test_a_gstin(text: str) -> None:
    assert is_gstin(text)
    assert not is_gstin(text[:-1] + ("1" if text[-1] != "1" else "2"))
    assert not is_gstin(text.lower())
    assert not is_gstin(text[:14])


@pytest.mark.parametrize(
    ("total", "place", "said"),
    [
        (118_00, "29", {"taxable": 100_00, "cgst": 9_00, "sgst": 9_00}),
        (118_00, "27", {"taxable": 100_00, "igst": 18_00}),
        (1_01, "29", {"taxable": 86, "cgst": 7, "sgst": 8}),
        (0, "27", {"taxable": 0, "igst": 0}),
    ],
)
def test_what_of_a_price_is_tax(total: int, place: str, said: dict[str, int]) -> None:
    found = split(total, "29", place)
    amounts = {name: value for name, value in found.items() if name in ("taxable", "cgst", "sgst", "igst")}
    assert amounts == said
    assert sum(amounts.values()) == total


def test_who_is_not_registered_takes_no_tax() -> None:
    assert split(118_00, "", "29") == {}


@pytest.mark.parametrize(
    ("moment", "year"),
    [
        (datetime(2026, 3, 31, 18, 29, tzinfo=UTC), "2025-26"),
        (datetime(2026, 3, 31, 18, 30, tzinfo=UTC), "2026-27"),
        (datetime(2099, 12, 31, tzinfo=UTC), "2099-00"),
    ],
)
def test_financial_years(moment: datetime, year: str) -> None:
    assert financial_year(moment) == year


@pytest.mark.parametrize(
    ("details", "pointer"),
    [({"tax_id": "29AAGCB7383J1Z5"}, "/tax_id"), ({"tax_id": "hello"}, "/tax_id"), ({"region": "00"}, "/region")],
)
def test_details_that_cannot_be(owner: APIClient, details: dict[str, Any], pointer: str) -> None:
    answer = owner.patch("/api/v1/subscription/details", details)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, pointer)


def test_a_gstin_says_the_state(owner: APIClient) -> None:
    answer = owner.patch("/api/v1/subscription/details", {"tax_id": "27 aapfu0939f1zv", "legal_name": "Acme <Ltd>"})
    assert (answer.json()["tax_id"], answer.json()["region"]) == (MAHARASHTRA, "27")


def test_the_document(account: BillingAccount, owner: APIClient) -> None:
    owner.patch("/api/v1/subscription/details", {"tax_id": MAHARASHTRA, "legal_name": "Acme <Ltd>"})
    account.refresh_from_db()
    subscribe(account)
    invoice = Invoice.objects.get()
    year = financial_year(invoice.issued_at)
    assert invoice.number == f"{year}/000001"
    text = owner.get(f"/api/v1/invoices/{invoice.pk}/document").content.decode()
    for words in (
        "Tax invoice",
        invoice.number,
        "Us Pvt Ltd",
        "Acme &lt;Ltd&gt;",
        MAHARASHTRA,
        "IGST, 18 %",
        "Team, 5",
    ):
        assert words in text
    assert "CGST" not in text


def test_what_was_issued_stays_as_it_was(account: BillingAccount, owner: APIClient) -> None:
    subscribe(account)
    before = Invoice.objects.values("number", "document").get()
    owner.patch("/api/v1/subscription/details", {"legal_name": "Another"})
    sync_now(account)
    assert Invoice.objects.values("number", "document").get() == before
    assert "CGST" in owner.get(f"/api/v1/invoices/{Invoice.objects.get().pk}/document").content.decode()


@pytest.mark.django_db
def test_numbers_follow_one_another(account: BillingAccount) -> None:
    for name in ("a", "b", "c"):
        invoice = an_invoice(account.tenant, name)
        invoice.status, invoice.document = "paid", {}
        issue(invoice)
    numbers = sorted(int(number.rpartition("/")[2]) for number in Invoice.objects.values_list("number", flat=True))
    assert numbers == [1, 2, 3]


@pytest.mark.django_db
def test_an_invoice_that_is_owed_has_no_document(account: BillingAccount, owner: APIClient) -> None:
    invoice = an_invoice(account.tenant)
    Invoice.objects.update(document={})
    issue(Invoice.objects.get())
    assert owner.get(f"/api/v1/invoices/{invoice.pk}/document").status_code == 404
