"""Tenants' own rows in Django's admin."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.sites import all_sites
from django.core import checks
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from .context import current_tenant_or_none
from .isolation.models import TenantAwareModel
from .selectors import membership_of

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin

log = logging.getLogger(__name__)


class TenantModelAdmin(ModelAdmin):
    """The base of every ModelAdmin for a TenantAwareModel.

    It shows the rows of the tenant at whose address the admin is opened, to staff who are members there. Anywhere
    else, and to anybody else, the model is not there.

    Changes are in the log and not in the admin's history: that is one table for all tenants, and would keep names of
    their rows outside of their place.
    """

    def is_for(self, request: HttpRequest) -> bool:
        """May whoever asks see the current tenant's rows at all?"""
        tenant, user = current_tenant_or_none(), request.user
        return tenant is not None and user.is_authenticated and membership_of(user, tenant) is not None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        if not self.is_for(request):  # Django looks for a row before it asks for the permission to see it
            raise PermissionDenied
        return super().get_queryset(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.is_for(request) and super().has_view_permission(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.is_for(request) and super().has_add_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.is_for(request) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.is_for(request) and super().has_delete_permission(request, obj)

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        _log("added", request, obj)

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        _log("changed", request, obj)

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        for obj in queryset:
            _log("deleted", request, obj)


def _log(what: str, request: HttpRequest, obj: Model) -> None:
    log.info("The user %s has %s the %s %s", request.user.pk, what, obj._meta.verbose_name, obj.pk)


@checks.register(checks.Tags.admin)
def check_admin(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Every ModelAdmin of a tenant-aware model is a TenantModelAdmin, in whichever admin site."""
    return [
        checks.Error(
            f"{type(model_admin).__name__} would show {model._meta.label} to staff who are no members of the tenant.",
            hint="Subclass tenants.tenant_admin.TenantModelAdmin.",
            obj=type(model_admin),
            id="tenants.E003",
        )
        for site in all_sites
        for model, model_admin in site._registry.items()
        if issubclass(model, TenantAwareModel) and not isinstance(model_admin, TenantModelAdmin)
    ]
