"""Members: another role, another owner, and the end of a membership.

Whoever changes what somebody else may do has all of it themselves (see tenants.custom_roles), and a tenant always has
an owner. Only owners make and unmake owners.
"""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from members.audit import record

from .custom_roles import BeyondOwnRole, TenantRole, require_all
from .models import Membership, Role, Tenant
from .registry import permissions_of


def members_of(tenant: Tenant) -> QuerySet[Membership]:
    """All memberships of a tenant, with the people and what their roles are called."""
    return Membership.objects.filter(tenant=tenant).select_related("user", "custom_role")


def change_member(membership: Membership, *, role: TenantRole, by: Membership) -> None:
    """Give somebody another role, from their next request on.

    Raises BeyondOwnRole, and ValidationError with code `last_owner` where the tenant would be left without one.
    """
    with transaction.atomic():
        _lock(membership)
        _require_over(membership, by)
        _require_may_give(role, by)
        if role.role != Role.OWNER:
            _keep_an_owner(membership)
        before, email = membership.role_key, membership.user.email
        membership.role, membership.custom_role = role.role, role.custom
        membership.save(update_fields=["role", "custom_role"])
        changes = {"role": (before, role.key)}
        record("member.role_changed", target=membership.pk, label=email, changes=changes, tenant=by.tenant)


def transfer_ownership(membership: Membership, *, by: Membership) -> None:
    """Make somebody an owner, and the owner who does so an admin: both or neither.

    Raises BeyondOwnRole for who is no owner, and ValidationError for oneself.
    """
    if membership == by:
        raise ValidationError("You are an owner already. Choose somebody else.", code="own_membership")
    owner, admin = TenantRole(Role.OWNER, None), TenantRole(Role.ADMIN, None)
    with transaction.atomic():
        change_member(membership, role=owner, by=by)
        change_member(by, role=admin, by=by)


def remove_member(membership: Membership, *, by: Membership) -> None:
    """End a membership, somebody's or one's own. What they have made stays, with their name.

    Raises BeyondOwnRole, and ValidationError with code `last_owner` where the tenant would be left without one.
    """
    with transaction.atomic():
        _lock(membership)
        if membership != by:
            _require_over(membership, by)
        _keep_an_owner(membership)
        what = "member.left" if membership == by else "member.removed"
        record(what, target=membership.pk, label=membership.user.email, tenant=by.tenant)
        membership.delete()


def _lock(membership: Membership) -> None:
    """Let nobody else change members of the tenant meanwhile: two owners could leave at the same moment."""
    Tenant.objects.select_for_update(no_key=True).get(pk=membership.tenant_id)
    membership.refresh_from_db()


def _require_over(membership: Membership, by: Membership) -> None:
    if membership.role == Role.OWNER and by.role != Role.OWNER:
        raise BeyondOwnRole("Only an owner can change what an owner is.")
    require_all(permissions_of(membership), permissions_of(by))


def _require_may_give(role: TenantRole, by: Membership) -> None:
    if role.role == Role.OWNER and by.role != Role.OWNER:
        raise BeyondOwnRole("Only an owner can make somebody an owner.")
    require_all(role.permissions, permissions_of(by))


def _keep_an_owner(membership: Membership) -> None:
    others = Membership.objects.filter(tenant=membership.tenant_id, role=Role.OWNER).exclude(pk=membership.pk)
    if membership.role == Role.OWNER and not others.exists():
        raise ValidationError("Make somebody else an owner first: a company needs one.", code="last_owner")
