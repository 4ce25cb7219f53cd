"""Grants come from the schema editor, so plain `makemigrations` and `migrate` cannot forget one."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.backends.postgresql.schema import DatabaseSchemaEditor
from django.db.models import Model

from tenants.append_only import rights_on

# Where the request itself holds locks on the tables of a schema to be dropped, waiting for them would never end.
_LOCK_TIMEOUT = "5s"
# A transaction holds a lock for each table, index and sequence that it drops, and all transactions share their number.
_TABLES_AT_ONCE = 100


class SchemaEditor(DatabaseSchemaEditor):
    """Django's, as the owner of the tables: the application's role gets what it needs, and nothing more."""

    def execute(self, sql: Any, params: Any = ()) -> None:
        """Run a statement, and record it where the connection does so: with its parameters, ready to run again."""
        text = str(sql) if params is None else self.connection.ops.compose_sql(str(sql), params)
        super().execute(text, None)
        owner: Any = self.connection
        if owner.recorded is not None:
            owner.recorded.append(text)

    def create_schema(self, name: str) -> None:
        """Create a schema and let the application look into it, but not make anything there."""
        schema = self.quote_name(name)
        self.execute(f"CREATE SCHEMA {schema}")
        self.execute(f"GRANT USAGE ON SCHEMA {schema} TO {self.quote_name(_app_role())}")

    def drop_schema(self, name: str) -> None:
        """Drop a schema with all that is in it."""
        self.execute(f"SET LOCAL lock_timeout = '{_LOCK_TIMEOUT}'")
        self.execute(f"DROP SCHEMA IF EXISTS {self.quote_name(name)} CASCADE")

    def drop_some_tables(self, name: str) -> bool:
        """Drop tables of a schema that has too many for one transaction. Were there so many?"""
        self.execute(f"SET LOCAL lock_timeout = '{_LOCK_TIMEOUT}'")
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s LIMIT %s", [name, _TABLES_AT_ONCE])
            tables = [f"{self.quote_name(name)}.{self.quote_name(table)}" for (table,) in cursor.fetchall()]
        if len(tables) < _TABLES_AT_ONCE:
            return False
        self.execute(f"DROP TABLE {', '.join(tables)} CASCADE")
        return True

    def create_model(self, model: type[Model]) -> None:
        """Create the table and grant the application what it may do."""
        super().create_model(model)
        table, role = self.quote_name(model._meta.db_table), self.quote_name(_app_role())
        self.execute(f"GRANT {rights_on(model)} ON {table} TO {role}")


def _app_role() -> str:
    return str(settings.DATABASES["default"]["USER"])
