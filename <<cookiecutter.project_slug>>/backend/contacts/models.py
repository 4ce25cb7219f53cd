"""The people that a tenant wants to remember."""

from django.db import models
from django.db.models.functions import Lower

from core.ids import uuid7
from members.models import Member
from tenants.isolation.models import TenantAwareModel, TenantIndex, TenantUniqueConstraint


class Contact(TenantAwareModel):
    """A person, once per email address within the tenant."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=200)
    email = models.EmailField()
    phone = models.CharField(max_length=40, blank=True)
    company = models.CharField(max_length=200, blank=True)
    created_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+", editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [TenantUniqueConstraint(Lower("email"), name="contact_email")]
        # What a list may be ordered by, with the id that its pages go on from.
        indexes = [
            TenantIndex(fields=("name", "id"), name="contact_name"),
            TenantIndex(fields=("email", "id"), name="contact_email_order"),
            TenantIndex(fields=("company", "id"), name="contact_company"),
            TenantIndex(fields=("created_at", "id"), name="contact_created_at"),
        ]

    def __str__(self) -> str:
        return self.name
