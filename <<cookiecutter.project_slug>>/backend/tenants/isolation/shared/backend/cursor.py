"""The tenant of the context variable travels in the same message as the statement.

PostgreSQL runs the statements of one simple-protocol message as one implicit transaction, so the *local* setting ends
with it: there is no extra round trip, and nothing to reset on a connection that is pooled or shared.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.backends.postgresql.base import CursorMixin
from psycopg import ClientCursor
from psycopg.pq import TransactionStatus

from tenants.context import current_tenant_id

UNSET = object()


def prefix(tenant_id: int | None) -> str:
    """The statement that names the tenant. int() keeps anything but a number out of the SQL; no tenant matches ''."""
    return f"SELECT set_config('app.tenant_id','{'' if tenant_id is None else int(tenant_id)}',true);"


class TenantCursor(CursorMixin, ClientCursor[Any]):
    """Sends the tenant ahead of a statement, once per transaction and tenant."""

    def execute(self, query: Any, params: Any = None, **kwargs: Any) -> TenantCursor:
        """Run one statement as the current tenant; it sees that tenant's rows and no others."""
        connection: Any = self.connection
        tenant_id = current_tenant_id()
        if _is_idle(connection):
            connection.known_tenant = UNSET
        if connection.known_tenant == tenant_id or _has_failed(connection):
            return super().execute(query, params, **kwargs)
        super().execute(prefix(tenant_id) + self._text(query), params, **kwargs)
        self.nextset()  # the result of set_config
        connection.known_tenant = UNSET if _is_idle(connection) else tenant_id
        return self

    def executemany(self, query: Any, params_seq: Iterable[Any], **kwargs: Any) -> None:
        """Run the statement once per row, each with the tenant; psycopg's pipeline could not carry it."""
        for params in params_seq:
            self.execute(query, params)

    def copy(self, statement: Any, params: Any = None, **kwargs: Any) -> Any:
        """COPY cannot be prefixed: inside a transaction the tenant is set before; outside it reads nothing."""
        if not self.connection.autocommit or not _is_idle(self.connection):
            self.execute("SELECT 1")
        return super().copy(statement, params, **kwargs)

    def _text(self, query: Any) -> str:
        text = query if isinstance(query, str | bytes) else query.as_string(self)
        return text.decode() if isinstance(text, bytes) else text


class OwnerCursor(TenantCursor):
    """The migrating role's cursor: plain without a tenant, as CREATE INDEX CONCURRENTLY must be alone in a message."""

    def execute(self, query: Any, params: Any = None, **kwargs: Any) -> OwnerCursor:
        """Run one statement; FORCE ROW LEVEL SECURITY binds the owner as well."""
        if current_tenant_id() is None and _is_idle(self.connection):
            connection: Any = self.connection
            connection.known_tenant = UNSET
            ClientCursor.execute(self, query, params, **kwargs)
            return self
        super().execute(query, params, **kwargs)
        return self


def _is_idle(connection: Any) -> bool:
    return bool(connection.pgconn.transaction_status == TransactionStatus.IDLE)


def _has_failed(connection: Any) -> bool:
    """After an error a transaction takes nothing but a rollback, which must come alone."""
    return bool(connection.pgconn.transaction_status == TransactionStatus.INERROR)
