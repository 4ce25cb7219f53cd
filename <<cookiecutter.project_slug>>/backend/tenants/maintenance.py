"""The doors across tenants, and into one, which nobody goes through without a record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.dispatch import receiver
from django.utils import timezone

from .context import tenant_context
from .models import MaintenanceAccess, Tenant

ALIAS = "maintenance"

LIMIT = timedelta(hours=1)
"""How long a tenant stays open in the maintenance site if nobody closes it."""

_is_open: ContextVar[bool] = ContextVar("maintenance", default=False)


class MaintenanceClosed(RuntimeError):
    """The connection that reaches across tenants was used outside of `maintenance(…)`."""

    def __init__(self) -> None:
        super().__init__('The database alias "maintenance" is for the inside of `with maintenance(reason, who=…):`.')


@contextmanager
def maintenance(reason: str, *, who: str) -> Iterator[None]:
    """Reach across tenants, on the record: a MaintenanceAccess says who did, why, from when and until when.

    Inside, `for_each_tenant` goes from one to the next, and `using("maintenance")` asks as the database role of
    DATABASE_MAINTENANCE_URL; without that, ImproperlyConfigured. `who` is a person's email address or a program's name.

    The record is committed before the door opens, so that no rollback takes it away: inside a transaction this raises
    RuntimeError. From async code, call what uses it through `sync_to_async`.
    """
    if not reason.strip() or not who.strip():
        raise ValueError("Say why you reach across tenants, and who you are: maintenance('Ticket 42: …', who='…').")
    if ALIAS not in connections.settings:
        raise ImproperlyConfigured(
            "Reaching across tenants needs a database role of its own: set DATABASE_MAINTENANCE_URL where that is "
            "allowed, and nowhere else."
        )
    with transaction.atomic(durable=True):
        access = MaintenanceAccess.objects.create(who=who, reason=reason)
    token = _is_open.set(True)
    try:
        with tenant_context(None):
            yield
    finally:
        _is_open.reset(token)
        connections[ALIAS].close()
        MaintenanceAccess.objects.filter(pk=access.pk).update(ended_at=timezone.now())


def open_tenant(tenant: Tenant, *, reason: str, who: str) -> MaintenanceAccess:
    """Put on record that somebody is going to read a tenant's rows, until they close it and for LIMIT at most."""
    until = timezone.now() + LIMIT
    return MaintenanceAccess.objects.create(
        who=who, reason=reason, tenant_id=tenant.pk, slug=tenant.slug, ended_at=until
    )


def opened_tenant(access_id: int, *, who: str) -> Tenant | None:
    """The tenant that the record lets this person read now. None where it is another's, or over."""
    access = MaintenanceAccess.objects.filter(pk=access_id, who=who, ended_at__gt=timezone.now()).first()
    return Tenant.objects.filter(pk=access.tenant_id).first() if access and access.tenant_id else None


def close_tenant(access_id: int, *, who: str) -> None:
    """End it, if it goes on and is theirs."""
    now = timezone.now()
    MaintenanceAccess.objects.filter(pk=access_id, who=who, ended_at__gt=now).update(ended_at=now)


@receiver(connection_created, dispatch_uid="tenants.guard_maintenance")
def guard_maintenance(sender: Any, connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Have every statement over the alias ask whether the door is open, in whatever thread or task it is."""
    if connection.alias == ALIAS and _refuse_if_closed not in connection.execute_wrappers:
        connection.execute_wrappers.append(_refuse_if_closed)


def _refuse_if_closed(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    if not _is_open.get():
        raise MaintenanceClosed
    return execute(sql, params, many, context)
