"""Django's PostgreSQL backend, which tells the database the tenant with every statement."""

from __future__ import annotations

from typing import Any

from django.db.backends.base.base import NO_DB_ALIAS
from django.db.backends.postgresql import base
from psycopg import Connection

from .cursor import UNSET, OwnerCursor, TenantCursor
from .schema import SchemaEditor


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's PostgreSQL backend with the tenant's cursor and the guarding schema editor."""

    SchemaEditorClass = SchemaEditor

    def get_connection_params(self) -> dict[str, Any]:
        """psycopg's connection parameters."""
        cursor = OwnerCursor if self.alias in {"owner", NO_DB_ALIAS} else TenantCursor
        return {**super().get_connection_params(), "cursor_factory": cursor}

    def get_new_connection(self, conn_params: dict[str, Any]) -> Connection[Any]:
        """A connection on which no tenant is known yet."""
        connection: Any = super().get_new_connection(conn_params)
        connection.known_tenant = UNSET
        return connection  # type: ignore[no-any-return]

    def _savepoint_rollback(self, sid: str) -> None:
        super()._savepoint_rollback(sid)  # type: ignore[misc]
        # The rollback also undid a set_config made after the savepoint.
        self.connection.known_tenant = UNSET
