"""Django's PostgreSQL backend, which finds the tables of the current tenant.

It stands in for django-tenants' own, whose connections remember a tenant between statements: a thread, a task or a
pooler that hands such a connection on would hand the tenant on too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from psycopg import Connection

from tenants.context import current_tenant_or_none

from . import rollback
from .cursor import UNKNOWN, TenantCursor
from .schema import SchemaEditor

LOCK_TIMEOUT = "5s"
"""How long a migration waits for who is at work in the schema, before it fails there and goes on elsewhere."""


class DatabaseWrapper(rollback.DatabaseWrapper):
    """A connection of the application follows the context variable; one of the owner stays where it was opened."""

    SchemaEditorClass = SchemaEditor
    schema_editor: Callable[..., SchemaEditor]

    schema: str | None = None
    """Set before it opens, it keeps a connection in this schema: for migrations, whose statements must come alone."""

    recorded: list[str] | None = None
    """Set to a list, it takes each statement that a schema editor runs here."""

    @property
    def in_tenant_schema(self) -> bool:
        """Does a statement look into a tenant's schema first?"""
        if self.follows_context:
            return current_tenant_or_none() is not None
        return self.schema is not None

    @property
    def follows_context(self) -> bool:
        """Is this a connection of the application?"""
        return self.alias == DEFAULT_DB_ALIAS

    def get_connection_params(self) -> dict[str, Any]:
        """psycopg's connection parameters."""
        params = super().get_connection_params()
        if self.follows_context:
            params["cursor_factory"] = TenantCursor
        if self.schema:
            params["options"] = (
                f"{params.get('options', '')} -c search_path={self.schema},public -c lock_timeout={LOCK_TIMEOUT}"
            )
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> Connection[Any]:
        """A connection on which no search path is known yet."""
        connection: Any = super().get_new_connection(conn_params)
        connection.known_path = UNKNOWN
        return connection  # type: ignore[no-any-return]

    def _savepoint_rollback(self, sid: str) -> None:
        super()._savepoint_rollback(sid)  # type: ignore[misc]
        # The rollback also undid a search path set after the savepoint.
        self.connection.known_path = UNKNOWN
