"""A tenant's log in JSON."""

from typing import Any

from rest_framework import serializers

from .models import AuditEvent


class ActorSerializer(serializers.Serializer[AuditEvent]):
    """Who has done it, as they were then."""

    kind = serializers.CharField(source="actor_kind", help_text="`member`, `api_key`, `operator` or `system`.")
    id = serializers.IntegerField(source="actor_id", allow_null=True, help_text="Of the member.")
    email = serializers.CharField(source="actor_email")
    name = serializers.CharField(source="actor_name")
    via = serializers.CharField(
        source="actor_via", help_text="The API key that acted for them, or the operator who worked as them."
    )


class TargetSerializer(serializers.Serializer[AuditEvent]):
    """To what it was done, as it was called then."""

    type = serializers.CharField(source="target_type")
    id = serializers.CharField(source="target_id")
    label = serializers.CharField(source="target_label")  # type: ignore[assignment]  # a field, taken out of the class


class AuditEventSerializer(serializers.ModelSerializer[AuditEvent]):
    """Something that was done."""

    actor = ActorSerializer(source="*")
    target = TargetSerializer(source="*")
    changes = serializers.SerializerMethodField(help_text="By field: what it was, and what it is since then.")

    class Meta:
        model = AuditEvent
        fields = ["id", "created_at", "action", "actor", "target", "changes", "ip", "request_id"]
        read_only_fields = fields

    def get_changes(self, event: AuditEvent) -> dict[str, list[Any]]:
        changes: dict[str, list[Any]] = event.changes
        return changes
