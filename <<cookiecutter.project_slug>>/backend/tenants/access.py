"""Who may do what in a tenant: each view says which permission each of its methods requires.

    class ContactViewSet(ModelViewSet):
        required = reading_and_writing("contacts.read", "contacts.write")
        needs_feature = {"POST": "custom_roles"}    # of the tenant's plan; see subscriptions.plans
        while_read_only = ("DELETE",)               # goes on while a payment is owed

A method that a view answers and says nothing of is open to nobody, and a system check names it.

Django REST framework imports this module by its settings, so it must not import `rest_framework.views`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request

from members.audit import Actor, act_as, impersonated, member
from subscriptions.entitlements import require_changeable, require_feature

from .models import Membership, Tenant
from .registry import complete, permission, permissions_of, sensitive

if TYPE_CHECKING:
    from rest_framework.views import APIView

    from accounts.models import User

ANY_MEMBER = ""
"""What a method requires that is open to every member, whatever their role."""


def reading(codename: str) -> Mapping[str, str]:
    """`required` of a view that only reads."""
    return {"GET": codename}


def reading_and_writing(read: str, write: str) -> Mapping[str, str]:
    """`required` of a view that reads with one permission and changes with another."""
    return {"GET": read, **dict.fromkeys(("POST", "PUT", "PATCH", "DELETE"), write)}


class TenantAccess(IsAuthenticated):
    """The default of every endpoint: logged in, in a tenant, a member of it, with what the method requires.

    Sets `request.allowed`: the permissions of the member or, where an API key asks, those that its scopes name; without
    the sensitive ones for an operator who works as the member.
    Raises PermissionDenied with code `tenant_required`, `not_a_member`, `permission_required`, `api_key_not_allowed` or
    `impersonating`, and PlanRefused where the tenant's plan has not what the view says it needs.
    """

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not super().has_permission(request, view):
            return False
        membership = _membership(request)
        request.allowed = _allowed(request, membership)  # type: ignore[attr-defined]
        act_as(_actor(request, membership))
        method = "GET" if request.method == "HEAD" else str(request.method)
        if method in view.allowed_methods and method != "OPTIONS":  # any other is answered with 405
            _require_declared(request, view, method)
            _require_plan(request.tenant, view, method)  # type: ignore[attr-defined]
        return True


def _membership(request: Request) -> Membership:
    if request.tenant is None:  # type: ignore[attr-defined]
        raise PermissionDenied("Choose a tenant first: use its own address.", code="tenant_required")
    membership: Membership | None = request.membership  # type: ignore[attr-defined]
    if membership is None:
        raise PermissionDenied("You are not a member of this tenant.", code="not_a_member")
    return membership


def _allowed(request: Request, membership: Membership) -> frozenset[str]:
    allowed = permissions_of(membership)
    if _impersonator(request):
        return allowed - sensitive()
    scopes = getattr(request.auth, "scopes", None)
    return allowed if scopes is None else allowed & complete(scopes)


def _actor(request: Request, membership: Membership) -> Actor:
    user, operator = cast("User", request.user), _impersonator(request)
    if operator:
        return impersonated(membership, user, operator)
    return member(membership, user, via=str(request.auth) if _is_program(request) else "")


def _impersonator(request: Request) -> User | None:
    """The operator who works as the user, if it is one."""
    return getattr(getattr(request.auth, "family", None), "impersonator", None)


def _is_program(request: Request) -> bool:
    """Does an API key ask, and no person who has logged in?"""
    return hasattr(request.auth, "scopes")


def _require_declared(request: Request, view: APIView, method: str) -> None:
    required: Mapping[str, str] = getattr(view, "required", {})
    if method not in required:
        raise PermissionDenied("Nobody may do this: the view says nothing of it.", code="permission_required")
    if required[method] != ANY_MEMBER:
        require(request, required[method])
    elif method != "GET":
        _require_in_person(request)


def _require_plan(tenant: Tenant, view: APIView, method: str) -> None:
    """What the tenant has paid for: a view says which feature each of its methods needs, and what goes on unpaid."""
    if method == "GET":
        return
    if method not in getattr(view, "while_read_only", ()):
        require_changeable(tenant)
    if feature := getattr(view, "needs_feature", {}).get(method):
        require_feature(tenant, feature)


def _require_in_person(request: Request) -> None:
    """What every member may do is mostly their own matter, as leaving the company is."""
    if _is_program(request):
        raise PermissionDenied("This is for people who have logged in, not for API keys.", code="api_key_not_allowed")
    if _impersonator(request):
        raise PermissionDenied("You work as somebody else, and this is theirs alone.", code="impersonating")


def require(request: Request, codename: str) -> None:
    """Raise PermissionDenied with code `permission_required` unless the member who asks has the permission.

    For what depends on more than the method. TenantAccess has let the request through before.
    """
    if codename not in request.allowed:  # type: ignore[attr-defined]
        known = permission(codename)
        what = f"'{known.label}' ({codename})" if known else codename
        whose = "This API key" if _is_program(request) else "Your role"
        raise PermissionDenied(f"{whose} lacks a permission: {what}.", code="permission_required")
