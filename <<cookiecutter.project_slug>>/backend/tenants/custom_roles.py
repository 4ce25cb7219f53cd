"""Roles: the product's four, and those that a tenant puts together itself.

One rule keeps anybody from rising by them: whoever gives permissions to somebody, by a role or by changing one, has
them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count
from django.utils.text import slugify
from rest_framework.exceptions import PermissionDenied

from members.audit import changes_in, record

from .models import SYSTEM_ROLES, CustomRole, Membership, Role, Tenant
from .registry import complete, held_by, permission


@dataclass(frozen=True)
class TenantRole:
    """A role as the tenant's people see it, whoever has made it."""

    role: Role
    custom: CustomRole | None
    members: int = 0

    @property
    def key(self) -> str:
        """Names it in the API and in archives."""
        return self.custom.key if self.custom else self.role.value

    @property
    def name(self) -> str:
        """For people."""
        return self.custom.name if self.custom else str(self.role.label)

    @property
    def is_system(self) -> bool:
        """It is the product's own, and nobody can change it."""
        return self.custom is None

    @property
    def permissions(self) -> frozenset[str]:
        """What whoever has it may do."""
        return complete(self.custom.permissions) if self.custom else held_by(self.role)


class BeyondOwnRole(PermissionDenied):
    """Somebody would give, or take, what they do not have themselves."""

    default_code = "beyond_own_role"


def roles_of(tenant: Tenant) -> list[TenantRole]:
    """All roles of the tenant with the number of their members: the product's four, then its own by name."""
    counts = dict(Membership.objects.filter(tenant=tenant).values_list("role").annotate(Count("pk")))
    system = [TenantRole(role, None, counts.get(role, 0)) for role in SYSTEM_ROLES]
    custom = CustomRole.objects.filter(tenant=tenant).annotate(members=Count("memberships")).order_by("name")
    return system + [TenantRole(Role.CUSTOM, role, role.members) for role in custom]


def role_of_key(tenant: Tenant, key: str) -> TenantRole | None:
    """The tenant's role of that key, None if there is none."""
    return next((role for role in roles_of(tenant) if role.key == key), None)


def create_role(tenant: Tenant, *, name: str, permissions: Sequence[str], by: Set[str]) -> CustomRole:
    """Make a role. `by` are the permissions of whoever makes it.

    Raises ValidationError for a name that is taken and for permissions that there are not, BeyondOwnRole.
    """
    role = CustomRole(
        tenant=tenant, name=name, key=_free_key(tenant, name), permissions=known_permissions(permissions, by)
    )
    _save(role)
    changes = {"permissions": (None, role.permissions)}
    record("role.created", target=role.key, label=role.name, changes=changes, tenant=tenant)
    return role


def change_role(role: CustomRole, *, by: Set[str], **values: Any) -> None:
    """Change `name` or `permissions` of a role, for everybody who has it. See create_role for what is refused.

    A role that has more than `by` already is out of reach: its members would lose what only others can give.
    """
    with transaction.atomic():
        role.refresh_from_db(from_queryset=CustomRole.objects.select_for_update())
        require_all(complete(role.permissions), by)
        if "permissions" in values:
            values["permissions"] = known_permissions(values["permissions"], by)
        changes = changes_in(role, values)
        for field, value in values.items():
            setattr(role, field, value)
        _save(role)
        record("role.changed", target=role.key, label=role.name, changes=changes, tenant=role.tenant)


def delete_role(role: CustomRole, *, by: Set[str]) -> None:
    """Remove a role. Raises ValidationError with code `role_in_use` while somebody has it, BeyondOwnRole."""
    with transaction.atomic():
        role.refresh_from_db(from_queryset=CustomRole.objects.select_for_update())
        require_all(complete(role.permissions), by)
        members, invited = role.memberships.count(), role.invitations.count()
        if members or invited:
            detail = f"Members with this role: {members}, invited to it: {invited}. Give them another one first."
            raise ValidationError(detail, code="role_in_use")
        record("role.removed", target=role.key, label=role.name, tenant=role.tenant)
        role.delete()


def require_all(permissions: Set[str], by: Set[str]) -> None:
    """Raise BeyondOwnRole unless all of these permissions are among `by`."""
    if missing := sorted(permissions - by):
        raise BeyondOwnRole(f"You cannot give or take what your own role lacks: {', '.join(missing)}.")


def known_permissions(codenames: Iterable[str], by: Set[str], *, field: str = "permissions") -> list[str]:
    """The permissions with all that they imply, if there are such and whoever gives them has them.

    Raises ValidationError about the field, BeyondOwnRole.
    """
    unknown = sorted({name for name in codenames if permission(name) is None})
    if unknown:
        no_such = ValidationError(f"There is no permission {', '.join(unknown)}.", code="unknown_permission")
        raise ValidationError({field: no_such})
    whole = complete(codenames)
    require_all(whole, by)
    return sorted(whole)


def _save(role: CustomRole) -> None:
    if role.name.strip().lower() in {word for known in SYSTEM_ROLES for word in (known.value, known.label.lower())}:
        kept = ValidationError(f"'{role.name}' is a role of the product. Choose another name.", code="unique")
        raise ValidationError({"name": kept})
    role.full_clean()
    role.save()


def _free_key(tenant: Tenant, name: str) -> str:
    """A key for the name that no role of the tenant has: 'sales', else 'sales-2', 'sales-3' …"""
    base = slugify(name)[:32].strip("-_") or "role"
    taken = set(CustomRole.objects.filter(tenant=tenant).values_list("key", flat=True)) | set(Role.values)
    number, key = 1, base
    while key in taken:
        number += 1
        key = f"{base}-{number}"
    return key
