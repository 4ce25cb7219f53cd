"""What people can be allowed to do in a tenant: every permission of the product, as its apps register them.

An app names its permissions in a module `permissions`, which is imported when Django starts:

    register(
        Permission("contacts.read", "See contacts", group="Contacts", least=Role.VIEWER),
        Permission("contacts.write", "Add and change contacts", group="Contacts", least=Role.MEMBER, implies=READ),
    )
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from django.core.exceptions import ImproperlyConfigured

from .models import SYSTEM_ROLES, Membership, Role


@dataclass(frozen=True)
class Permission:
    """Something that some people may do and others may not."""

    codename: str
    """`resource.action`. It is stored in custom roles and never changes."""
    label: str
    """For people who put a role together."""
    group: str
    """What it stands below in a table of permissions."""
    least: Role
    """The least of the system roles that has it; those above have it, too."""
    implies: str = ""
    """The permission without which this one would be of no use."""
    sensitive: bool = False
    """It is for the members themselves, and for no operator who works as one."""


_registered: dict[str, Permission] = {}


def register(*permissions: Permission) -> None:
    """Add permissions to those of the product. Raises ImproperlyConfigured for a codename that is there."""
    for permission in permissions:
        if permission.codename in _registered:
            raise ImproperlyConfigured(f"The permission '{permission.codename}' is registered twice.")
        _registered[permission.codename] = permission
    held_by.cache_clear()


def permissions() -> list[Permission]:
    """All of them, group by group in the order in which they were registered."""
    groups = list(dict.fromkeys(permission.group for permission in _registered.values()))
    return sorted(_registered.values(), key=lambda permission: groups.index(permission.group))


def permission(codename: str) -> Permission | None:
    """The permission of that codename, None if there is none."""
    return _registered.get(codename)


def complete(codenames: Iterable[str]) -> frozenset[str]:
    """These permissions and all that they imply; what the product does not know any more is left out."""
    found = set[str]()
    waiting = list(codenames)
    while waiting:
        codename = waiting.pop()
        if codename in _registered and codename not in found:
            found.add(codename)
            waiting.append(_registered[codename].implies)
    return frozenset(found)


@cache
def held_by(role: Role) -> frozenset[str]:
    """The permissions of a system role."""
    ranks = SYSTEM_ROLES[SYSTEM_ROLES.index(role) :]
    return frozenset(name for name, permission in _registered.items() if permission.least in ranks)


def sensitive() -> frozenset[str]:
    """What no operator does in somebody's name."""
    return frozenset(name for name, permission in _registered.items() if permission.sensitive)


def permissions_of(membership: Membership) -> frozenset[str]:
    """What the member may do."""
    if membership.custom_role:
        return complete(membership.custom_role.permissions)
    return held_by(Role(membership.role))
