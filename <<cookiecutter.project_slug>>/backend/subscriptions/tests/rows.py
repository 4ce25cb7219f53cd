"""Rows of billing for tests that need some, without a provider."""

from django.utils import timezone

from subscriptions.models import Invoice
from subscriptions.services import account_of
from tenants.models import Tenant


def an_invoice(tenant: Tenant, name: str = "one") -> Invoice:
    """An invoice that the tenant owes, with documents of both kinds."""
    invoice, _ = Invoice.objects.get_or_create(
        account=account_of(tenant),
        provider_ref=f"in_{name}_of_{tenant.slug}",
        defaults={
            "status": "open",
            "currency": "eur",
            "total": 100,
            "amount_paid": 0,
            "issued_at": timezone.now(),
            "pdf_url": "https://example.com/invoice.pdf",
            "document": {"what": "Team"},
        },
    )
    return invoice
