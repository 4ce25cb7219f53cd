"""What the API tells about accounts."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from tenants.models import Membership
from tenants.serializers import TenantSerializer

from .models import ApiKey
from .selectors import Me


class MembershipSerializer(serializers.ModelSerializer[Membership]):
    """A tenant that somebody belongs to, and what they are there."""

    tenant = TenantSerializer(read_only=True)
    role = serializers.CharField(source="role_key", read_only=True, help_text="The key of the role.")
    role_name = serializers.CharField(read_only=True)

    class Meta:
        model = Membership
        fields = ["tenant", "role", "role_name"]


class MeSerializer(serializers.Serializer[Me]):
    """The person who is logged in. `tenant` and `role` are null where they belong to no tenant or not to this one."""

    id = serializers.IntegerField()
    email = serializers.EmailField()
    name = serializers.CharField()
    tenant = TenantSerializer(allow_null=True)
    role = serializers.CharField(allow_null=True, help_text="The key of the role: `owner`, …, or one of the tenant's.")
    role_name = serializers.CharField(allow_null=True)
    permissions = serializers.ListField(child=serializers.CharField(), help_text="What they may do in this tenant.")
    memberships = MembershipSerializer(many=True)
    impersonated_by = serializers.CharField(
        allow_null=True, help_text="The operator who works as this person: show it all the time. Mostly null."
    )


@extend_schema_field({"oneOf": [{"type": "integer"}, {"type": "string"}], "description": "Its id or its slug."})
class TenantNameField(serializers.CharField):
    """A tenant by its id or its slug: slugs begin with a letter."""


class SwitchSerializer(serializers.Serializer[Any]):
    """Where to go."""

    tenant = TenantNameField(max_length=40)


class SwitchedSerializer(serializers.Serializer[Any]):
    """Where one is now."""

    tenant = TenantSerializer()
    access_expires_at = serializers.IntegerField(help_text="When the new access token ends, in seconds since 1970.")
    access_token = serializers.CharField(
        allow_null=True, help_text="For those who came with a bearer token, else null."
    )


class HostField(serializers.CharField):
    """A host name, as it is compared."""

    def to_internal_value(self, data: Any) -> str:
        return super().to_internal_value(data).lower().rstrip(".")


class HandoffSerializer(serializers.Serializer[Any]):
    """Where to go."""

    host = HostField(max_length=253, help_text="The host name, without a port.")
    next = serializers.CharField(default="/", max_length=2000, help_text="A path on that host.")


class HandoffUrlSerializer(serializers.Serializer[Any]):
    """How to get there."""

    url = serializers.CharField()


class HandoffCodeSerializer(serializers.Serializer[Any]):
    """What `start` sends along."""

    host = HostField(max_length=253)
    challenge = serializers.RegexField(r"\A[0-9a-f]{64}\Z")
    next = serializers.CharField(max_length=2000)


class RefreshedSerializer(serializers.Serializer[None]):
    """The answer to a refresh; the tokens themselves are in the cookies."""

    access_expires_at = serializers.IntegerField(help_text="When the new access token ends, in seconds since 1970.")


class ApiKeySerializer(serializers.ModelSerializer[ApiKey]):
    """An API key, without the key."""

    acts_for = serializers.CharField(source="membership.user.email", read_only=True, help_text="Who made it.")
    scopes = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = ApiKey
        fields = ["id", "name", "start", "scopes", "acts_for", "created_at", "expires_at", "last_used_at"]
        read_only_fields = fields
        extra_kwargs = {
            "start": {"help_text": "How the key begins, to tell it from others."},
            "last_used_at": {"help_text": "To the minute; null if it was never used."},
        }


class NewApiKeySerializer(ApiKeySerializer):
    """An API key that was just made."""

    key = serializers.CharField(read_only=True, help_text="The key itself: nobody can tell it later.")

    class Meta(ApiKeySerializer.Meta):
        fields = [*ApiKeySerializer.Meta.fields, "key"]
        read_only_fields = fields


class ApiKeyWriteSerializer(serializers.Serializer[Any]):
    """An API key to be made."""

    name = serializers.CharField(max_length=60, help_text="What it is for.")
    scopes = serializers.ListField(
        child=serializers.CharField(), min_length=1, help_text="Codenames, as `/api/v1/permissions` has them."
    )
    expires_at = serializers.DateTimeField(required=False, allow_null=True, help_text="Null: until it is revoked.")
