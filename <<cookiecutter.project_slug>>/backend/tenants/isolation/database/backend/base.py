"""Django's PostgreSQL backend, with three things more.

A tenant's connection serves its own tenant and no other; the open ones are counted; and what a transaction made that
is not in the database itself, such as another database, is undone when it is rolled back.
"""

from __future__ import annotations

import logging
import select
from collections.abc import Callable
from typing import Any

from django.db.backends.postgresql import base

from tenants.context import TenantMissing, current_tenant_or_none
from tenants.isolation import connections
from tenants.isolation.aliases import TENANT
from tenants.isolation.databases import alias_of
from tenants.isolation.router import WrongTenant

from .schema import SchemaEditor

logger = logging.getLogger(__name__)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to the control plane's database or to a tenant's."""

    SchemaEditorClass = SchemaEditor

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.run_on_rollback: list[tuple[set[str | None], Callable[[], object]]] = []

    def ensure_connection(self) -> None:
        """Connect if need be; a tenant's connection counts as used."""
        super().ensure_connection()
        if self.alias.startswith(TENANT):
            connections.used(self)

    def create_cursor(self, name: str | None = None) -> Any:
        """A cursor. Raises TenantMissing or WrongTenant on the connection of a tenant that is not the current one."""
        if self.alias.startswith(TENANT):
            _refuse_others(self.alias)
        return super().create_cursor(name)

    def is_usable(self) -> bool:
        """Is the connection alive? Django wants to know at each request.

        The server sends a word before it ends a connection, and closes its side. So where nothing has come, a tenant's
        is taken to be alive: asking would be one message more for each request, beside the control plane's.
        """
        if self.alias.startswith(TENANT) and not self.connection.closed and not _has_input(self.connection.fileno()):
            return True
        return super().is_usable()

    def on_rollback(self, function: Callable[[], object]) -> None:
        """Call the function if the running transaction, or the savepoint in it, is rolled back. It must not fail."""
        if self.in_atomic_block:
            self.run_on_rollback.append((set(self.savepoint_ids), function))

    def commit(self) -> None:
        """Commit; nothing is left to undo."""
        super().commit()
        self.run_on_rollback.clear()

    def rollback(self) -> None:
        """Roll back, then undo."""
        super().rollback()
        self._undo(lambda savepoints: True)

    def savepoint_rollback(self, sid: str) -> None:
        """Roll back to the savepoint, then undo what was done after it."""
        super().savepoint_rollback(sid)
        self._undo(lambda savepoints: sid in savepoints)

    def close(self) -> None:
        """Close. Whether a transaction that was cut off has been committed is not known here, so nothing is undone."""
        self.run_on_rollback.clear()
        super().close()

    def _undo(self, concerned: Callable[[set[str | None]], bool]) -> None:
        functions = [function for savepoints, function in self.run_on_rollback if concerned(savepoints)]
        self.run_on_rollback = [entry for entry in self.run_on_rollback if not concerned(entry[0])]
        for function in reversed(functions):
            try:
                function()
            except Exception:
                logger.exception("What a transaction had made could not be removed after its rollback")


def _has_input(file: int) -> bool:
    poll = select.poll()  # takes any number, unlike select()
    poll.register(file, select.POLLIN)
    return bool(poll.poll(0))


def _refuse_others(alias: str) -> None:
    tenant = current_tenant_or_none()
    if tenant is None:
        raise TenantMissing("A connection to a tenant's database")
    if alias != alias_of(tenant):
        raise WrongTenant(f"The connection {alias} belongs to another tenant than the current one, {tenant.slug}.")
