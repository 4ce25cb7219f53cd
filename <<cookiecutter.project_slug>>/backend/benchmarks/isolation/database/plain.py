"""The contacts as an application would have them that knows of no tenants."""

from typing import Any
from uuid import UUID

from django.db import models

from benchmarks.plain_model import PlainContact
from tenants.models import Tenant


class Contact(PlainContact):
    class Meta(PlainContact.Meta):
        pass


def plain_rows(tenant: Tenant) -> models.QuerySet[Any]:
    """The contacts where the connection is."""
    return Contact._default_manager.all()


def contact_id(tenant: Tenant) -> UUID:
    """The id of a contact of the tenant's. Others have one with the same id."""
    return UUID(int=1)
