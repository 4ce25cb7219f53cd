"""Users and their logins in Django's admin."""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextInputWidget
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path

from tenants.maintenance import LIMIT
from tenants.models import Membership
from tenants.selectors import memberships_of

from .impersonation import impersonate, may_impersonate
from .models import ApiKey, Revocation, TokenFamily, User
from .services import revoke_all


class ImpersonationForm(forms.Form):
    """In which tenant, and why."""

    membership = forms.ModelChoiceField(Membership.objects.none(), label="In the tenant", empty_label=None)
    reason = forms.CharField(min_length=10, max_length=500, widget=AdminTextInputWidget, help_text="Such as a ticket.")

    def __init__(self, user: User, *args: Any) -> None:
        super().__init__(*args)
        self.fields["membership"].queryset = memberships_of(user)  # type: ignore[attr-defined]


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    """People. Deactivating somebody ends their logins."""

    ordering = ["email"]
    list_display = ["email", "name", "is_active", "is_staff", "date_joined"]
    list_filter = ["is_active", "is_staff"]
    search_fields = ["email", "name"]
    readonly_fields = ["last_login", "date_joined"]
    fieldsets = (
        (None, {"fields": ["email", "password", "name"]}),
        ("Rights", {"fields": ["is_active", "is_staff", "is_superuser", "groups", "user_permissions"]}),
        ("Dates", {"fields": ["last_login", "date_joined"]}),
    )
    add_fieldsets = ((None, {"fields": ["email", "name", "usable_password", "password1", "password2"]}),)

    change_form_template = "accounts/change_user.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.impersonate)
        return [path("<int:user_id>/impersonate/", view, name="impersonate"), *super().get_urls()]

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        user, operator = kwargs.get("obj"), cast(User, request.user)
        context["may_impersonate"] = user is not None and may_impersonate(operator, user)
        return super().render_change_form(request, context, *args, **kwargs)

    def impersonate(self, request: HttpRequest, user_id: int) -> HttpResponse:
        """Ask for tenant and reason, and begin."""
        user = get_object_or_404(User, pk=user_id)
        if not may_impersonate(cast(User, request.user), user):
            raise PermissionDenied
        form = ImpersonationForm(user, request.POST or None)
        if form.is_valid():
            impersonate(request, form.cleaned_data["membership"], reason=form.cleaned_data["reason"])
            return HttpResponseRedirect(settings.APP_URL)
        minutes = int(LIMIT.total_seconds() // 60)
        context = self.admin_site.each_context(request) | {"title": "Work as somebody else"}
        return render(
            request, "accounts/impersonate.html", context | {"form": form, "person": user, "minutes": minutes}
        )

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not obj.is_active:
            revoke_all(obj, Revocation.DEACTIVATED)


@admin.register(TokenFamily)
class TokenFamilyAdmin(admin.ModelAdmin):
    """Logins, to look at."""

    list_display = [
        "user",
        "active_tenant",
        "impersonator",
        "bound_host",
        "issued_at",
        "expires_at",
        "revoked_at",
        "revoked_reason",
    ]
    list_filter = ["revoked_reason"]
    search_fields = ["user__email"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(ApiKey)
class ApiKeyAdmin(admin.ModelAdmin):
    """API keys, to look at and to revoke."""

    list_display = ["start", "name", "membership", "created_at", "expires_at", "last_used_at"]
    search_fields = ["start", "name", "membership__user__email"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
