"""The search path of the context variable's tenant travels in the same message as the statement.

PostgreSQL runs the statements of one simple-protocol message as one implicit transaction, so the *local* setting ends
with it: there is no extra round trip, and nothing to reset on a connection that is pooled or shared.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.backends.postgresql.base import CursorMixin
from django_tenants.utils import quote_schema_name
from psycopg import ClientCursor
from psycopg.pq import TransactionStatus

from tenants.context import current_tenant_or_none

UNKNOWN = object()


def search_path() -> str:
    """Where a statement finds its tables now: the tenant's schema, then what is common; without a tenant only that."""
    tenant = current_tenant_or_none()
    return "public" if tenant is None else f"{quote_schema_name(tenant.schema_name)},public"


def prefix(path: str) -> str:
    """The statement that sets the search path until the transaction ends."""
    return f"SET LOCAL search_path TO {path};"


class TenantCursor(CursorMixin, ClientCursor[Any]):
    """Sends the search path ahead of a statement, once per transaction and tenant."""

    def execute(self, query: Any, params: Any = None, **kwargs: Any) -> TenantCursor:
        """Run one statement as the current tenant; it finds that tenant's tables and no others."""
        connection: Any = self.connection
        path = search_path()
        if _is_idle(connection):
            connection.known_path = UNKNOWN
        if connection.known_path == path or _has_failed(connection):
            return super().execute(query, params, **kwargs)
        super().execute(prefix(path) + self._text(query), params, **kwargs)
        self.nextset()  # the result of SET
        connection.known_path = UNKNOWN if _is_idle(connection) else path
        return self

    def executemany(self, query: Any, params_seq: Iterable[Any], **kwargs: Any) -> None:
        """Run the statement once per row, each with the path; psycopg's pipeline could not carry it."""
        for params in params_seq:
            self.execute(query, params)

    def copy(self, statement: Any, params: Any = None, **kwargs: Any) -> Any:
        """COPY cannot be prefixed: inside a transaction the path is set before; outside it finds no tenant's table."""
        if not self.connection.autocommit or not _is_idle(self.connection):
            self.execute("SELECT 1")
        return super().copy(statement, params, **kwargs)

    def _text(self, query: Any) -> str:
        text = query if isinstance(query, str | bytes) else query.as_string(self)
        return text.decode() if isinstance(text, bytes) else text


def _is_idle(connection: Any) -> bool:
    return bool(connection.pgconn.transaction_status == TransactionStatus.IDLE)


def _has_failed(connection: Any) -> bool:
    """After an error a transaction takes nothing but a rollback, which needs no tables and must come alone."""
    return bool(connection.pgconn.transaction_status == TransactionStatus.INERROR)
