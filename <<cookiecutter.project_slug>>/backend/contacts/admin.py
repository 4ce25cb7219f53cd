"""Contacts in Django's admin."""

from django.contrib import admin

from tenants.tenant_admin import TenantModelAdmin

from .models import Contact


@admin.register(Contact)
class ContactAdmin(TenantModelAdmin):
    list_display = ["name", "email", "company"]
    search_fields = ["name", "email", "company"]
    show_full_result_count = False
