"""The contacts as an application would have them that guards no rows."""

from typing import Any
from uuid import UUID

from django.db import models

from benchmarks.plain_model import PlainContact
from tenants.models import Tenant


class Contact(PlainContact):
    tenant_id = models.BigIntegerField()

    class Meta(PlainContact.Meta):
        pass


def plain_rows(tenant: Tenant) -> models.QuerySet[Any]:
    """The tenant's contacts, by the condition that one must not forget."""
    return Contact._default_manager.filter(tenant_id=tenant.pk)


def contact_id(tenant: Tenant) -> UUID:
    """The id of a contact of the tenant's."""
    return UUID(int=tenant.pk * 2**64 + 1)
