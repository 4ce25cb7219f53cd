"""What the API tells about accounts."""

from rest_framework import serializers

from tenants.models import Membership, Tenant

from .selectors import Me


class TenantSerializer(serializers.ModelSerializer[Tenant]):
    """A tenant, as its members see it; the slug is its subdomain."""

    class Meta:
        model = Tenant
        fields = ["id", "slug", "name"]


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


class RefreshedSerializer(serializers.Serializer[None]):
    """The answer to a refresh; the tokens themselves are in the cookies."""

    access_expires_at = serializers.IntegerField(help_text="When the new access token ends, in seconds since 1970.")
