"""Invoices are Stripe's documents: it numbers them, and works taxes out where Stripe Tax is switched on."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect

from subscriptions.models import Invoice


def clean_details(values: dict[str, Any]) -> dict[str, Any]:
    """The billing details as they are kept. Stripe checks tax numbers itself."""
    return values


def issue(invoice: Invoice) -> None:
    """Nothing: Stripe has issued it."""


def document(invoice: Invoice) -> HttpResponse:
    """Leads to Stripe's PDF. Raises Http404 as long as there is none."""
    if not invoice.pdf_url:
        raise Http404
    return HttpResponseRedirect(invoice.pdf_url)
