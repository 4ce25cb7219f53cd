"""How many contacts the tenant's plan has room for."""

from subscriptions.entitlements import lock_limit, require_room, room_left
from subscriptions.plans import CONTACTS
from tenants.context import current_tenant

from .models import Contact


def require_contacts(more: int) -> None:
    """Raise PlanRefused unless so many more fit. In the transaction that adds them: nobody else adds any meanwhile."""
    tenant = current_tenant()
    if room_left(tenant, CONTACTS, 0) is not None:
        lock_limit(tenant, CONTACTS)
        require_room(tenant, CONTACTS, Contact.objects.count(), more)


def contacts_left() -> int | None:
    """How many more fit, None for as many as there are. In the transaction that adds them."""
    tenant = current_tenant()
    if room_left(tenant, CONTACTS, 0) is None:
        return None
    lock_limit(tenant, CONTACTS)
    return room_left(tenant, CONTACTS, Contact.objects.count())
