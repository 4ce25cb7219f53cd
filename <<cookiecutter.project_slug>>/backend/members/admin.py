"""A tenant's log in Django's admin."""

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from tenants.tenant_admin import TenantModelAdmin

from .models import AuditEvent


@admin.register(AuditEvent)
class AuditEventAdmin(TenantModelAdmin):
    """To be read: nobody changes it."""

    list_display = ["created_at", "actor_email", "action", "target_label"]
    search_fields = ["actor_email", "action", "target_label"]
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
