"""Invoices are documents of ours: Razorpay collects the money, and works out no tax."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.http import Http404, HttpResponse
from django.template import Context, Engine
from django.utils import timezone

from subscriptions.models import Invoice, PlanPrice, Subscription
from subscriptions.plans import PLANS

from .gst import STATES, Party, financial_year, is_gstin, seller, split

_LOCK = 7_473_001
"""Of the series of numbers: two invoices at the same moment get one after the other."""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
_TEMPLATE = Path(__file__).with_name("invoice.html")


def clean_details(values: dict[str, Any]) -> dict[str, Any]:
    """The billing details as they are kept, with the state of supply that a GSTIN names. Raises ValidationError."""
    number = values.get("tax_id", "")
    if number and not is_gstin(number):
        detail = "This is no GSTIN: it has 15 characters, such as 29AAGCB7383J1Z4, and the last checks the others."
        raise ValidationError({"tax_id": ValidationError(detail, code="invalid")})
    if number:
        values = {**values, "region": number[:2]}
    if values.get("region") and values["region"] not in STATES:
        detail = "Give the number of the state, such as 29 for Karnataka."
        raise ValidationError({"region": ValidationError(detail, code="invalid")})
    return values


def issue(invoice: Invoice) -> None:
    """Give a paid invoice its number and write down what stands on it: what changes later changes none of it.

    The numbers of a financial year follow one another (rule 46 of the CGST Rules, 2017). In the transaction that saves.
    """
    if invoice.document or invoice.status != "paid":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    year = financial_year(invoice.paid_at or invoice.issued_at)
    last = Invoice.objects.filter(number__startswith=f"{year}/").order_by("-number").values_list("number", flat=True)
    number = int(last[0].rpartition("/")[2]) + 1 if last else 1
    invoice.number = f"{year}/{number:06}"
    invoice.document = _facts(invoice)
    invoice.save(update_fields=["number", "document"])


def document(invoice: Invoice) -> HttpResponse:
    """Our invoice, to be printed. Raises Http404 as long as it is not paid."""
    if not invoice.document:
        raise Http404
    template = Engine(libraries={"amounts": "subscriptions.templatetags.amounts"}).from_string(_TEMPLATE.read_text())
    html = template.render(Context({"invoice": invoice, **invoice.document}))
    return HttpResponse(html, headers={"Content-Security-Policy": _POLICY})


def _facts(invoice: Invoice) -> dict[str, Any]:
    account = invoice.account
    if account is None:
        return {}
    buyer = Party(account.legal_name or account.tenant.name, account.address, account.tax_id, account.region)
    return {
        "seller": seller().facts(),
        "buyer": buyer.facts(),
        "what": _what(invoice),
        "issued_on": timezone.localdate().isoformat(),
        "tax": split(invoice.total, seller().state, buyer.state or seller().state),
    }


def _what(invoice: Invoice) -> str:
    """What was bought."""
    row = Subscription.objects.filter(provider_ref=invoice.subscription_ref).first()
    price = PlanPrice.objects.filter(provider_ref=row.price_ref).first() if row else None
    if row is None or price is None or price.plan_key not in PLANS:
        return "Subscription"
    return f"{PLANS[price.plan_key].name}, {row.seats} seats, each {price.interval}"
