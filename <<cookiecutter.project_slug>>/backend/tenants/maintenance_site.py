"""A site of Django's admin where operators read the rows of one tenant at a time, on the record, and write none."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, TypeVar, cast

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.db import connections
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import SimpleTemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.views.decorators.http import require_POST

from .context import current_tenant, tenant_context
from .isolation.databases import alias_of, is_ready
from .maintenance import LIMIT, close_tenant, open_tenant, opened_tenant
from .models import Tenant
from .tenant_admin import TenantModelAdmin
from .transactions import tenant_atomic

ACCESS = "maintenance_access"
"""In the session: the id of the MaintenanceAccess that goes on."""

V = TypeVar("V", bound=Callable[..., Any])

log = logging.getLogger(__name__)


class OpenForm(forms.Form):
    """Which tenant, and why."""

    tenant = forms.CharField(max_length=40, label="Tenant's subdomain", widget=AdminTextInputWidget)
    reason = forms.CharField(max_length=500, widget=AdminTextInputWidget, help_text="Such as the ticket's number.")

    def clean_tenant(self) -> Tenant:
        tenant = Tenant.objects.filter(slug=self.cleaned_data["tenant"].lower()).first()
        if tenant is None:
            raise ValidationError("No tenant has this subdomain.")
        if not is_ready(tenant):
            raise ValidationError("This tenant's data is being upgraded or moved. Try again in a minute.")
        return tenant


class ReadOnlyAdmin(TenantModelAdmin):
    """Put before a TenantModelAdmin: what it shows, to whoever has opened the tenant, and nothing to change."""

    actions = None
    list_editable = ()

    def is_for(self, request: HttpRequest) -> bool:
        return _opened(request) is not None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class MaintenanceSite(admin.AdminSite):
    """For superusers. They say which tenant and why, and then see what its own staff see in the admin.

    That is on record before they see anything (`MaintenanceAccess`), ends when they close it or after LIMIT, and each
    page that they open is in the log. The database lets no page write anything of the tenant's.
    """

    index_title = "A tenant's rows"
    index_template = "tenants/maintenance.html"

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and request.user.is_superuser

    def get_urls(self) -> list[URLPattern | URLResolver]:
        self._take_over()
        return [
            path("open/", super().admin_view(require_POST(self.open)), name="open"),
            path("close/", super().admin_view(require_POST(self.close)), name="close"),
            *super().get_urls(),
        ]

    def _take_over(self) -> None:
        """Show each model that the admin shows to a tenant's staff. Each app's admin is loaded by now."""
        for model, model_admin in admin.site._registry.items():
            if isinstance(model_admin, TenantModelAdmin) and not self.is_registered(model):
                shown = type(model_admin)
                self.register(model, type(shown.__name__, (ReadOnlyAdmin, shown), {}))

    def admin_view(self, view: V, cacheable: bool = False) -> V:
        guarded = super().admin_view(view, cacheable)
        if view in (self.logout, self.password_change):  # which write what is the operator's own
            return guarded

        @wraps(view)
        def in_tenant(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            tenant = self._tenant_of(request)
            if tenant is None:
                return guarded(request, *args, **kwargs)
            request.maintained = tenant  # type: ignore[attr-defined]
            with tenant_context(tenant), _read_only():
                log.info("%s reads %s of the tenant %s", request.user, request.path, tenant.slug)
                return _rendered(guarded(request, *args, **kwargs))

        return cast(V, in_tenant)

    def _tenant_of(self, request: HttpRequest) -> Tenant | None:
        if not self.has_permission(request):
            return None
        tenant = opened_tenant(request.session.get(ACCESS, 0), who=request.user.get_username())
        return tenant if tenant and is_ready(tenant) else None

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        tenant = _opened(request)
        title = f"Maintenance: {tenant}" if tenant else "Maintenance"
        minutes = int(LIMIT.total_seconds() // 60)
        return {
            **super().each_context(request),
            "site_title": title,
            "site_header": title,
            "maintained": tenant,
            "minutes": minutes,
        }

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return super().index(request, {"form": OpenForm(), **(extra_context or {})})

    def open(self, request: HttpRequest) -> HttpResponse:
        """Begin to read a tenant's rows."""
        form = OpenForm(request.POST)
        if not form.is_valid():
            return cast(HttpResponse, self.index(request, {"form": form}))
        close_tenant(request.session.get(ACCESS, 0), who=request.user.get_username())
        access = open_tenant(
            form.cleaned_data["tenant"], reason=form.cleaned_data["reason"], who=request.user.get_username()
        )
        request.session[ACCESS] = access.pk
        return self._to_index()

    def close(self, request: HttpRequest) -> HttpResponse:
        """End that."""
        close_tenant(request.session.pop(ACCESS, 0), who=request.user.get_username())
        return self._to_index()

    def _to_index(self) -> HttpResponseRedirect:
        return HttpResponseRedirect(reverse("admin:index", current_app=self.name))


def _opened(request: HttpRequest) -> Tenant | None:
    return getattr(request, "maintained", None)


@contextmanager
def _read_only() -> Iterator[None]:
    """Have the database refuse to write where the current tenant's rows are."""
    with tenant_atomic(), connections[alias_of(current_tenant())].cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")
        yield


def _rendered(response: HttpResponseBase) -> HttpResponseBase:
    """The page made now, while the tenant is the current one: a template asks for rows as it is rendered."""
    return response.render() if isinstance(response, SimpleTemplateResponse) else response


maintenance_site = MaintenanceSite(name="maintenance")
