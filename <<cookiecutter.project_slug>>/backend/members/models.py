"""The person inside a tenant, and what people have done there."""

from django.db import models

from core.ids import uuid7
from tenants.append_only import AppendOnly
from tenants.isolation.models import TenantAwareModel, TenantIndex


class Member(TenantAwareModel):
    """The shadow of a membership among the tenant's own rows, which foreign keys to people point to.

    It has the membership's id, and is kept in step by tenants.services.
    """

    id = models.BigIntegerField(primary_key=True)
    name = models.CharField(max_length=150, blank=True)
    email = models.EmailField()

    def __str__(self) -> str:
        return self.name or self.email


class ActorKind(models.TextChoices):
    """Who it was."""

    MEMBER = "member"
    API_KEY = "api_key", "API key"
    OPERATOR = "operator"
    """Somebody of ours, who worked as the member; `actor_via` says who."""
    SYSTEM = "system"


class AuditEvent(AppendOnly, TenantAwareModel):
    """Something that was done; see members.audit. It says how things were called then: they may be gone."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    action = models.CharField(max_length=60)
    """`member.role_changed`."""
    # Not a constraint: a member's row may go without the record of what they have done.
    actor = models.ForeignKey(Member, on_delete=models.DO_NOTHING, db_constraint=False, null=True, related_name="+")
    actor_kind = models.CharField(max_length=10, choices=ActorKind)
    actor_email = models.CharField(max_length=254, blank=True)
    actor_name = models.CharField(max_length=150, blank=True)
    actor_via = models.CharField(max_length=120, blank=True)
    """The API key that acted for them, or the operator who worked as them."""
    target_type = models.CharField(max_length=30)
    target_id = models.CharField(max_length=60)
    target_label = models.CharField(max_length=200, blank=True)
    changes = models.JSONField(default=dict, blank=True)
    """By field: [before, after]."""
    ip = models.GenericIPAddressField(null=True)
    request_id = models.CharField(max_length=128, blank=True)

    class Meta:
        indexes = [
            TenantIndex(fields=("created_at", "id"), name="audit_event_created_at"),
            TenantIndex(fields=("target_type", "target_id", "created_at"), name="audit_event_target"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.target_label}"
