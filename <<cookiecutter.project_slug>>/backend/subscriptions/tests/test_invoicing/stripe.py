"""Invoices are Stripe's documents."""

import pytest
from rest_framework.test import APIClient

from subscriptions.models import BillingAccount, Invoice
from subscriptions.tests.rows import an_invoice
from subscriptions.tests.test_sync import subscribe


def test_the_document_is_stripes(account: BillingAccount, owner: APIClient) -> None:
    subscribe(account)
    invoice = Invoice.objects.get()
    answer = owner.get(f"/api/v1/invoices/{invoice.pk}/document")
    assert (answer.status_code, answer["Location"]) == (302, invoice.pdf_url)
    assert (invoice.document, invoice.number != "") == ({}, True)


@pytest.mark.django_db
def test_as_long_as_there_is_none(account: BillingAccount, owner: APIClient) -> None:
    invoice = an_invoice(account.tenant)
    Invoice.objects.update(pdf_url="")
    assert owner.get(f"/api/v1/invoices/{invoice.pk}/document").status_code == 404
