"""Tenants in Django's admin."""

from django.contrib import admin

from .models import Domain, Membership, Tenant


@admin.register(Tenant)
class TenantAdmin(admin.ModelAdmin):
    list_display = ["name", "slug", "created_at"]
    search_fields = ["name", "slug"]


@admin.register(Domain)
class DomainAdmin(admin.ModelAdmin):
    list_display = ["host", "tenant", "verified_at"]


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin):
    list_display = ["user", "tenant", "role"]
    list_filter = ["role"]
