"""What we know of the payment provider."""

from django.db import models


class WebhookEvent(models.Model):
    """An event the provider has told us of, once, however often it was delivered.

    The payload is kept for people to look at. Nothing acts on it: deliveries come late, twice and out of order, so
    what is true has to be asked of the provider.
    """

    class State(models.TextChoices):
        RECEIVED = "received"

    provider = models.CharField(max_length=20)
    event_id = models.CharField(max_length=255)
    type = models.CharField(max_length=255)
    created = models.DateTimeField()
    """When it happened, as the provider says."""
    received_at = models.DateTimeField(auto_now_add=True)
    payload = models.JSONField()
    state = models.CharField(max_length=20, choices=State, default=State.RECEIVED)

    class Meta:
        ordering = ["-received_at"]
        constraints = [models.UniqueConstraint(fields=["provider", "event_id"], name="webhook_event_once")]

    def __str__(self) -> str:
        return f"{self.type} ({self.event_id})"
