"""Who may do what in a tenant.

Django REST framework imports this module by its settings, so it must not import `rest_framework.views`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import SAFE_METHODS, IsAuthenticated
from rest_framework.request import Request

from accounts.models import User

from .models import Membership, Role, Tenant
from .selectors import membership_of

if TYPE_CHECKING:
    from rest_framework.views import APIView


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


def _membership(user: User, tenant: Tenant | None) -> Membership:
    if tenant is None:
        raise PermissionDenied("Choose a tenant first: use its own address.", code="tenant_required")
    membership = membership_of(user, tenant)
    if membership is None:
        raise PermissionDenied("You are not a member of this tenant.", code="not_a_member")
    return membership
