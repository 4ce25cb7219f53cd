"""Billing in Django's admin: to look at, and to have the provider asked anew."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from .entitlements import copy_overrides
from .models import (
    BillingAccount,
    BillingOperation,
    CheckoutAttempt,
    DunningNotice,
    EntitlementOverride,
    Invoice,
    PlanPrice,
    Reconciliation,
    Subscription,
    WebhookEvent,
)
from .sync import sync_now


class ReadOnlyAdmin(admin.ModelAdmin):
    """What the provider says cannot be changed here."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(PlanPrice)
class PlanPriceAdmin(ReadOnlyAdmin):
    list_display = ["plan_key", "interval", "amount", "currency", "active", "provider_ref"]


@admin.register(BillingAccount)
class BillingAccountAdmin(ReadOnlyAdmin):
    list_display = ["tenant", "plan_key", "status", "seats", "past_due_since", "synced_at", "duplicate_live"]
    list_filter = ["status", "plan_key", "duplicate_live"]
    search_fields = ["tenant__name", "tenant__slug", "customer_ref"]
    actions = ["ask_provider"]

    @admin.action(description="Ask the payment provider anew", permissions=["view"])
    def ask_provider(self, request: HttpRequest, queryset: QuerySet[BillingAccount]) -> None:
        """Look the chosen accounts up, now."""
        done = sum(sync_now(account) for account in queryset)
        self.message_user(request, f"{done} of {queryset.count()} accounts were looked up.")


@admin.register(Subscription)
class SubscriptionAdmin(ReadOnlyAdmin):
    list_display = ["provider_ref", "account", "plan_key", "status", "seats", "period_end", "is_current"]
    list_filter = ["status", "plan_key", "is_current"]
    search_fields = ["provider_ref", "account__tenant__slug"]


@admin.register(Invoice)
class InvoiceAdmin(ReadOnlyAdmin):
    list_display = ["number", "account", "status", "total", "currency", "issued_at"]
    list_filter = ["status"]
    search_fields = ["number", "provider_ref", "account__tenant__slug"]


@admin.register(CheckoutAttempt)
class CheckoutAttemptAdmin(ReadOnlyAdmin):
    list_display = ["account", "price", "seats", "state", "created_at"]
    list_filter = ["state"]


@admin.register(BillingOperation)
class BillingOperationAdmin(ReadOnlyAdmin):
    list_display = ["account", "kind", "state", "started_at", "error"]
    list_filter = ["state", "kind"]


@admin.register(DunningNotice)
class DunningNoticeAdmin(ReadOnlyAdmin):
    list_display = ["account", "step", "episode", "sent_at"]


@admin.register(WebhookEvent)
class WebhookEventAdmin(ReadOnlyAdmin):
    list_display = ["type", "event_id", "account", "state", "created", "received_at"]
    list_filter = ["state", "type"]
    search_fields = ["event_id"]


@admin.register(Reconciliation)
class ReconciliationAdmin(ReadOnlyAdmin):
    list_display = ["began_at", "seen", "how_many_drifted", "how_many_strangers"]

    @admin.display(description="differed")
    def how_many_drifted(self, report: Reconciliation) -> int:
        """How many subscriptions were not as the provider had them."""
        return len(report.drifted)

    @admin.display(description="of nobody")
    def how_many_strangers(self, report: Reconciliation) -> int:
        """How many live subscriptions belong to no account."""
        return len(report.strangers)


@admin.register(EntitlementOverride)
class EntitlementOverrideAdmin(admin.ModelAdmin):
    list_display = ["account", "key", "value", "reason", "expires_at"]
    search_fields = ["account__tenant__slug"]

    def save_model(self, request: HttpRequest, obj: EntitlementOverride, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        copy_overrides(obj.account)

    def delete_model(self, request: HttpRequest, obj: EntitlementOverride) -> None:
        super().delete_model(request, obj)
        copy_overrides(obj.account)
