"""The person inside a tenant."""

from django.db import models

from tenants.isolation.models import TenantAwareModel


class Member(TenantAwareModel):
    """The shadow of a membership among the tenant's own rows, which foreign keys to people point to.

    It has the membership's id, and is kept in step by tenants.services.
    """

    id = models.BigIntegerField(primary_key=True)
    name = models.CharField(max_length=150, blank=True)
    email = models.EmailField()

    def __str__(self) -> str:
        return self.name or self.email
