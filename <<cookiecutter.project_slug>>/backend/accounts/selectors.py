"""Questions about people."""

from dataclasses import dataclass

from tenants.models import Membership, Tenant
from tenants.selectors import memberships_of

from .models import User


@dataclass(frozen=True)
class Me:
    """A person as they see themselves."""

    id: int
    email: str
    name: str
    tenant: Tenant | None
    role: str | None
    memberships: list[Membership]


def me(user: User, tenant: Tenant | None) -> Me:
    """The user, their role in this tenant and all their memberships; no tenant where they are no member of it."""
    memberships = list(memberships_of(user))
    here = next((membership for membership in memberships if membership.tenant == tenant), None)
    return Me(
        id=user.pk,
        email=user.email,
        name=user.name,
        tenant=here.tenant if here else None,
        role=here.role if here else None,
        memberships=memberships,
    )
