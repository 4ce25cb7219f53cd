"""What our requests are held against: the contacts' view over a model that knows nothing of tenants."""

from typing import Any

from django.db import models

from benchmarks.isolation.plain import plain_rows
from contacts.views import ContactViewSet


class PlainContacts(ContactViewSet):
    """The same view, whose rows are looked up as one would by hand."""

    def get_queryset(self) -> models.QuerySet[Any]:
        return plain_rows(self.request.tenant)  # type: ignore[attr-defined]
