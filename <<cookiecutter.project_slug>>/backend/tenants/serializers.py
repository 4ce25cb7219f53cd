"""Tenants in JSON, for their own people."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from .custom_roles import TenantRole
from .domains import challenge_of
from .models import Domain, Tenant
from .registry import Permission
from .selectors import host_of


class CurrentTenantSerializer(serializers.ModelSerializer[Tenant]):
    """The tenant that somebody works in."""

    host = serializers.SerializerMethodField(help_text="Where it can be reached, beside domains of its own.")

    class Meta:
        model = Tenant
        fields = ["name", "slug", "host", "status", "delete_after", "created_at"]
        read_only_fields = fields
        extra_kwargs = {
            "slug": {"help_text": "Its subdomain."},
            "delete_after": {"help_text": "Until then a tenant that is being deleted can be kept after all."},
        }

    def get_host(self, tenant: Tenant) -> str:
        return host_of(tenant)


class TenantChangeSerializer(serializers.Serializer[Any]):
    """What can be changed about a tenant."""

    name = serializers.CharField(required=False, max_length=100)
    slug = serializers.CharField(
        required=False,
        help_text="1 to 40 of a-z, 0-9 and '-': a letter first, no '-' at the end. The old address ends at once.",
    )


class RecordSerializer(serializers.Serializer[Any]):
    """A record of the DNS."""

    type = serializers.CharField()
    name = serializers.CharField()
    value = serializers.CharField()


class DomainSerializer(serializers.ModelSerializer[Domain]):
    """A host name that the tenant says is its own."""

    # Only of that form: whether another tenant has it is nobody's business here.
    host = serializers.CharField(max_length=253, help_text="Such as app.example.com.")
    record = serializers.SerializerMethodField(help_text="What to create in the domain's DNS, to show whose it is.")

    class Meta:
        model = Domain
        fields = ["id", "host", "record", "verified_at", "created_at"]
        read_only_fields = ["id", "verified_at", "created_at"]
        extra_kwargs = {"verified_at": {"help_text": "Since then it serves the tenant; null until that is shown."}}

    @extend_schema_field(RecordSerializer)
    def get_record(self, domain: Domain) -> dict[str, str]:
        challenge = challenge_of(domain)
        return {"type": "TXT", "name": challenge.name, "value": challenge.value}


class DeletionSerializer(serializers.Serializer[Any]):
    """The wish to delete the tenant."""

    slug = serializers.CharField(help_text="The tenant's slug, typed to show that this one is meant.")


class PermissionSerializer(serializers.Serializer[Permission]):
    """Something that a role can allow."""

    codename = serializers.CharField(help_text="`resource.action`")
    label = serializers.CharField(help_text="For people.")  # type: ignore[assignment]  # a field, and taken out
    group = serializers.CharField(help_text="What it stands below in a table of permissions.")
    implies = serializers.CharField(allow_blank=True, help_text="The permission that comes with this one, if any.")


class RoleSerializer(serializers.Serializer[TenantRole]):
    """A role."""

    key = serializers.CharField(help_text="Names it; it stays when the role is renamed.")
    name = serializers.CharField()
    is_system = serializers.BooleanField(help_text="It is the product's own, and nobody can change it.")
    permissions = serializers.SerializerMethodField(help_text="What whoever has it may do.")
    members = serializers.IntegerField(help_text="How many have it.")

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_permissions(self, role: TenantRole) -> list[str]:
        return sorted(role.permissions)


class RoleWriteSerializer(serializers.Serializer[Any]):
    """A role to be made."""

    name = serializers.CharField(max_length=60)
    permissions = serializers.ListField(child=serializers.CharField(), help_text="Codenames.")


class RoleChangeSerializer(RoleWriteSerializer):
    """What is to be changed of a role; what is left out stays."""

    name = serializers.CharField(max_length=60, required=False)
    permissions = serializers.ListField(child=serializers.CharField(), required=False, help_text="Codenames.")
