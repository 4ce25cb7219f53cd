"""Events in Django's admin: to look at, not to touch."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from .models import WebhookEvent


@admin.register(WebhookEvent)
class WebhookEventAdmin(admin.ModelAdmin):
    list_display = ["type", "event_id", "state", "created", "received_at"]
    list_filter = ["state", "type"]
    search_fields = ["event_id"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
