"""An operator works as somebody else for a while, to see what they see: with a reason, and on record.

The operator's own login ends, and one of the other person begins that says whose it is. It is for one tenant, ends
after LIMIT, and opens nothing that is the person's alone: not how they log in, not what the registry calls sensitive,
no other tenant, no admin. The record is a MaintenanceAccess, and the tenant's own audit log has the beginning and each
change.
"""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import login, logout
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from core.errors import problem_response
from members.audit import acting, impersonated, record
from tenants.maintenance import LIMIT, open_tenant
from tenants.models import Membership

from .cookies import queue
from .models import User
from .tokens import issue

IMPERSONATOR = "impersonator"
"""In the session: the id of the operator."""
PERMISSION = "accounts.impersonate_user"

OPEN = ("/_allauth/browser/v1/auth/session", "/_allauth/browser/v1/config", "/_allauth/app/v1/auth/session")
"""What allauth lets whoever works as somebody else do: see who that is, and log out."""
OTHERS = ("/_allauth/", "/accounts/", "/admin/", "/maintenance/")
"""What is the person's own, and goes by the session."""


def may_impersonate(operator: User, user: User) -> bool:
    """May they? Nobody rises by it: operators themselves are not to be had."""
    is_operator = user.is_staff or user.is_superuser
    return operator.has_perm(PERMISSION) and user.is_active and not is_operator


def impersonate(request: HttpRequest, membership: Membership, *, reason: str) -> None:
    """Log the operator out and in again as the member, in that tenant. Raises PermissionDenied."""
    operator, user, tenant = request.user, membership.user, membership.tenant
    if not isinstance(operator, User) or not may_impersonate(operator, user):
        raise PermissionDenied
    with transaction.atomic():
        open_tenant(tenant, reason=f"as {user.email}: {reason}", who=operator.email)
        with acting(impersonated(membership, user, operator)):
            record("member.impersonated", target=membership.pk, label=user.email, tenant=tenant)
        logout(request)
        login(request, user, settings.AUTHENTICATION_BACKENDS[0])
        request.session.set_expiry(LIMIT)
        request.session[IMPERSONATOR] = operator.pk
        queue(request, issue(request, tenant=tenant, impersonator=operator, max_age=LIMIT))


class ImpersonationMiddleware:
    """Keeps whoever works as somebody else from what is that person's own, 403."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if _is_others(request.path_info) and IMPERSONATOR in request.session:
            return problem_response(request, 403, "impersonating", "You work as somebody else. Log out to end that.")
        return self.get_response(request)


def _is_others(path: str) -> bool:
    return path.startswith(OTHERS) and path not in OPEN
