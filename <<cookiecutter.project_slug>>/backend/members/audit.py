"""The audit log: who has done what in a tenant, for its own people to read.

Code that changes something worth knowing says so, beside the change:

    record("member.removed", target=membership.pk, label=membership.user.email)

Who it was is known from the request: `TenantAccess` says it. Where there is none, as in a task or a command, it was the
system. The application can add events and neither change nor remove any (see tenants.append_only).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import get_adapter
from django.db.models import Model
from django.http import HttpRequest

from core.logging import current_request_id
from tenants.context import current_tenant, tenant_context

from .models import ActorKind, AuditEvent

if TYPE_CHECKING:
    from accounts.models import User
    from tenants.models import Membership, Tenant

Changes = Mapping[str, tuple[Any, Any]]
"""By the name of a field, what it was and what it is now."""


@dataclass(frozen=True)
class Actor:
    """Who does something, and by which request."""

    request: HttpRequest | None = None
    kind: ActorKind = ActorKind.SYSTEM
    member_id: int | None = None
    email: str = ""
    name: str = ""
    via: str = ""
    """The API key that acts for them, or the operator who works as them."""


SYSTEM = Actor()

_actor: ContextVar[Actor] = ContextVar("actor", default=SYSTEM)


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    """What is recorded inside was done by this one, unless `act_as` says another."""
    token = _actor.set(actor)
    try:
        yield
    finally:
        _actor.reset(token)


def member(membership: Membership, user: User, via: str = "") -> Actor:
    """A member, by the current request; with `via`, a program that acts for them."""
    kind = ActorKind.API_KEY if via else ActorKind.MEMBER
    return Actor(_actor.get().request, kind, membership.pk, user.email, user.name, via)


def impersonated(membership: Membership, user: User, operator: User) -> Actor:
    """An operator who works as a member, by the current request."""
    return Actor(_actor.get().request, ActorKind.OPERATOR, membership.pk, user.email, user.name, operator.email)


def act_as(actor: Actor) -> None:
    """From here on it is this one who does what is recorded, until `acting` ends."""
    _actor.set(actor)


def record(
    action: str, *, target: object, label: str, changes: Changes | None = None, tenant: Tenant | None = None
) -> None:
    """Add an event to the log of the tenant, or the current one: `action` is "<type of target>.<what was done to it>".

    `target` is its id and `label` what people call it, for it may be gone when they read about it. In the transaction
    of the change, if that is open where the tenant's rows are. Raises TenantMissing without a tenant.
    """
    with tenant_context(tenant or current_tenant()):
        _event(action, str(target), label, changes or {}).save()


def _event(action: str, target: str, label: str, changes: Changes) -> AuditEvent:
    actor = _actor.get()
    return AuditEvent(
        action=action,
        target_type=action.partition(".")[0],
        target_id=target,
        target_label=label[:200],
        changes={name: [before, after] for name, (before, after) in changes.items()},
        actor_id=actor.member_id,
        actor_kind=actor.kind,
        actor_email=actor.email,
        actor_name=actor.name,
        actor_via=actor.via,
        ip=get_adapter().get_client_ip(actor.request) if actor.request else None,
        request_id=current_request_id()[:128],
    )


def changes_in(instance: Model, values: Mapping[str, Any]) -> Changes:
    """What giving an instance these values changes."""
    before = {name: getattr(instance, name) for name in values}
    return {name: (before[name], values[name]) for name in values if before[name] != values[name]}
