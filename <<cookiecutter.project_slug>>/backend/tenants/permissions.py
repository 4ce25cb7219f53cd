"""Who may do what in a tenant.

Django REST framework imports this module by its settings, so it must not import `rest_framework.views`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import SAFE_METHODS, IsAuthenticated
from rest_framework.request import Request

from accounts.models import User

from .models import Membership, Role, Tenant
from .selectors import membership_of

if TYPE_CHECKING:
    from rest_framework.views import APIView


OWNERS = frozenset([Role.OWNER])
ADMINS = frozenset([Role.OWNER, Role.ADMIN])


class TenantAccess(IsAuthenticated):
    """The default of every endpoint: logged in, in a tenant, a member of it; viewers only read.

    Sets `request.membership`.
    """

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not super().has_permission(request, view):
            return False
        membership = _membership(request.user, request.tenant)  # type: ignore[arg-type, attr-defined]
        request.membership = membership  # type: ignore[attr-defined]
        if membership.role == Role.VIEWER and request.method not in SAFE_METHODS:
            raise PermissionDenied("Viewers can look at everything and change nothing.", code="read_only_role")
        return True


class RoleAccess(TenantAccess):
    """As TenantAccess, and in a role that the view's `roles` has for the method: `roles = {"POST": OWNERS}`.

    What is not in `roles` is open to every member where it only reads, and to nobody where it changes something.
    """

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not super().has_permission(request, view):
            return False
        method = "GET" if request.method == "HEAD" else str(request.method)
        roles: Mapping[str, frozenset[Role]] = view.roles  # type: ignore[attr-defined]
        if method in roles or (method in view.allowed_methods and method not in SAFE_METHODS):
            require_role(request, roles.get(method, frozenset()))
        return True


def require_role(request: Request, roles: frozenset[Role]) -> None:
    """Raise PermissionDenied with code `role_required` unless the member who asks has one of the roles."""
    if request.membership.role not in roles:  # type: ignore[attr-defined]
        names = " or ".join(role for role in Role if role in roles) or "nobody"
        raise PermissionDenied(f"This needs another role: {names}.", code="role_required")


def _membership(user: User, tenant: Tenant | None) -> Membership:
    if tenant is None:
        raise PermissionDenied("Choose a tenant first: use its own address.", code="tenant_required")
    membership = membership_of(user, tenant)
    if membership is None:
        raise PermissionDenied("You are not a member of this tenant.", code="not_a_member")
    return membership
