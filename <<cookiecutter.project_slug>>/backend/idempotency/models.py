"""What was answered to a request that may come again."""

from django.db import models

from core.ids import uuid7
from tenants.isolation.models import TenantAwareModel, TenantIndex, TenantUniqueConstraint


class Answer(TenantAwareModel):
    """The answer to a request that had an `Idempotency-Key`; see idempotency.services."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # Not a foreign key: a member may go without what they were answered.
    member = models.BigIntegerField()
    """Who asked; an API key does so for its member."""
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    """The SHA-256 of what they asked."""
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField()
    body = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [TenantUniqueConstraint(fields=("member", "key"), name="idempotency_answer_key")]
        indexes = [TenantIndex(fields=("created_at",), name="idempotency_answer_created_at")]

    def __str__(self) -> str:
        return self.key
