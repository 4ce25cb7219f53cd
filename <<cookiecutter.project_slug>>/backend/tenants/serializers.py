"""Tenants in JSON, for their own people."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from .custom_roles import TenantRole
from .domains import challenge_of
from .invitations import AT_ONCE
from .models import Domain, Invitation, Membership, Tenant
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


class MemberSerializer(serializers.ModelSerializer[Membership]):
    """A member."""

    email = serializers.EmailField(source="user.email", read_only=True)
    name = serializers.CharField(source="user.name", read_only=True)
    role = serializers.CharField(source="role_key", read_only=True, help_text="The key of the role.")
    role_name = serializers.CharField(read_only=True)
    is_me = serializers.SerializerMethodField(help_text="It is whoever asks.")
    joined_at = serializers.DateTimeField(source="created_at", read_only=True)

    class Meta:
        model = Membership
        fields = ["id", "email", "name", "role", "role_name", "is_me", "joined_at"]

    def get_is_me(self, membership: Membership) -> bool:
        return bool(membership == self.context["request"].membership)


class RoleKeySerializer(serializers.Serializer[Any]):
    """A role to be given."""

    role = serializers.SlugField(help_text="Its key, as `/api/v1/roles` has it.")


class InvitationSerializer(serializers.ModelSerializer[Invitation]):
    """An invitation that nobody has accepted yet."""

    role = serializers.CharField(source="role_key", read_only=True, help_text="The key of the role.")
    role_name = serializers.CharField(read_only=True)
    invited_by = serializers.CharField(source="inviter", read_only=True)
    email = serializers.CharField(read_only=True, help_text="Empty for a link that is good for whoever has it.")
    is_expired = serializers.BooleanField(read_only=True, help_text="It can be accepted only after sending it again.")

    class Meta:
        model = Invitation
        fields = ["id", "email", "role", "role_name", "invited_by", "created_at", "expires_at", "is_expired"]
        read_only_fields = fields


class InvitationLinkSerializer(InvitationSerializer):
    """An invitation with its link."""

    url = serializers.CharField(source="link", read_only=True, help_text="Where it is accepted: a secret.")

    class Meta(InvitationSerializer.Meta):
        fields = [*InvitationSerializer.Meta.fields, "url"]
        read_only_fields = fields


class InvitedSerializer(serializers.Serializer[Any]):
    """Who was invited."""

    invitations = InvitationSerializer(many=True)


class InviteSerializer(RoleKeySerializer):
    """Whom to invite, and as what."""

    emails = serializers.ListField(
        child=serializers.EmailField(max_length=254), min_length=1, max_length=AT_ONCE, help_text="Each gets a mail."
    )


class TokenSerializer(serializers.Serializer[Any]):
    """What an invitation's link has as `token`."""

    token = serializers.CharField(max_length=500)


class TenantSerializer(serializers.ModelSerializer[Tenant]):
    """A tenant, as its members see it and those who are invited."""

    host = serializers.SerializerMethodField(help_text="Where its members work.")

    class Meta:
        model = Tenant
        fields = ["id", "name", "slug", "host"]

    def get_host(self, tenant: Tenant) -> str:
        return host_of(tenant)


class OfferSerializer(serializers.ModelSerializer[Invitation]):
    """An invitation, as whoever has its link sees it."""

    tenant = TenantSerializer(read_only=True)
    role_name = serializers.CharField(read_only=True)
    invited_by = serializers.CharField(source="inviter", read_only=True)

    class Meta:
        model = Invitation
        fields = ["tenant", "email", "role_name", "invited_by", "expires_at"]
        read_only_fields = fields
        extra_kwargs = {"email": {"help_text": "Who may accept it; empty for whoever has the link."}}
