"""Questions about people."""

from dataclasses import dataclass

from tenants.models import Membership, Tenant
from tenants.registry import permissions_of, sensitive
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
    role_name: str | None
    permissions: list[str]
    memberships: list[Membership]
    impersonated_by: str | None


def me(user: User, tenant: Tenant | None, impersonator: User | None) -> Me:
    """The user, what they may do in this tenant (none where they are no member of it), and all their memberships."""
    memberships = list(memberships_of(user))
    here = next((membership for membership in memberships if membership.tenant == tenant), None)
    return Me(
        id=user.pk,
        email=user.email,
        name=user.name,
        tenant=here.tenant if here else None,
        role=here.role_key if here else None,
        role_name=here.role_name if here else None,
        permissions=sorted(permissions_of(here) - (sensitive() if impersonator else set())) if here else [],
        memberships=memberships,
        impersonated_by=impersonator.email if impersonator else None,
    )
