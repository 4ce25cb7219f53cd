"""Tenants in Django's admin."""

from django.contrib import admin
from django.http import HttpRequest

from .models import CustomRole, Domain, Invitation, MaintenanceAccess, Membership, Tenant


@admin.register(Tenant)
class TenantAdmin(admin.ModelAdmin):
    list_display = ["name", "slug", "created_at"]
    search_fields = ["name", "slug"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """No: a tenant needs a place for its rows, which tenants.services.create_tenant makes."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Tenant | None = None) -> bool:
        """No: the tenant's rows would stay behind without an owner."""
        return False


@admin.register(Domain)
class DomainAdmin(admin.ModelAdmin):
    list_display = ["host", "tenant", "verified_at"]


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin):
    list_display = ["user", "tenant", "role_name"]
    list_filter = ["role"]


@admin.register(Invitation)
class InvitationAdmin(admin.ModelAdmin):
    """To be read: inviting is for the tenant's own people."""

    list_display = ["email", "tenant", "role_name", "expires_at"]
    search_fields = ["email", "tenant__slug"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Invitation | None = None) -> bool:
        return False


@admin.register(CustomRole)
class CustomRoleAdmin(admin.ModelAdmin):
    """To be read: what a role may do, the tenant's own people decide."""

    list_display = ["name", "tenant", "key"]
    search_fields = ["name", "tenant__slug"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: CustomRole | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: CustomRole | None = None) -> bool:
        return False


@admin.register(MaintenanceAccess)
class MaintenanceAccessAdmin(admin.ModelAdmin):
    """To be read: the record is written by `tenants.maintenance` alone."""

    list_display = ["started_at", "ended_at", "who", "slug", "reason"]
    search_fields = ["who", "slug", "reason"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: MaintenanceAccess | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: MaintenanceAccess | None = None) -> bool:
        return False
