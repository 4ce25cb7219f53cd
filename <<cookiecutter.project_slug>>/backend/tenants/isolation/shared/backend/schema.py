"""Policies, keys and grants come from the schema editor, so plain `makemigrations` and `migrate` cannot forget one.

The application's role gets its rights here and nowhere else: a table that was made without a policy is
"permission denied" for it, never a leak.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.backends.ddl_references import Columns, Statement
from django.db.backends.postgresql.schema import DatabaseSchemaEditor
from django.db.models import Field, ForeignKey, Model

from tenants.isolation.fields import TenantForeignKey

# The (SELECT …) makes it a plan's constant, not a call per row; NULLIF because the setting is '' once it was local.
_IS_CURRENT = "tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::bigint)"


class SchemaEditor(DatabaseSchemaEditor):
    """Django's, with the guards of a table whose rows carry a tenant."""

    # So that a foreign key that is added later also comes through _create_fk_sql.
    sql_create_column_inline_fk = None  # type: ignore[assignment]

    def create_model(self, model: type[Model]) -> None:
        """Create the table; guard it if its rows have tenants; grant the application what it may do."""
        super().create_model(model)
        if _tenant_field(model):
            self._guard(model)
        if rights := _rights(model):
            table, role = self.quote_name(model._meta.db_table), self.quote_name(_app_role())
            self.execute(f"GRANT {rights} ON {table} TO {role}")

    def _guard(self, model: type[Model]) -> None:
        """Row-Level Security that binds the owner too, and the key that foreign keys of the tenant's rows point to."""
        table = self.quote_name(model._meta.db_table)
        key = self.quote_name(f"{model._meta.db_table[:55]}_tenant")
        for sql in (
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
            f"CREATE POLICY tenant_isolation ON {table} USING ({_IS_CURRENT}) WITH CHECK ({_IS_CURRENT})",
            f"ALTER TABLE {table} ADD CONSTRAINT {key} UNIQUE (tenant_id, id)",
        ):
            self.execute(sql)

    def _create_fk_sql(self, model: type[Model], field: Field[Any, Any], suffix: str) -> Statement:
        """(tenant_id, x) REFERENCES y (tenant_id, id): referential integrity itself looks past Row-Level Security."""
        statement: Statement = super()._create_fk_sql(model, field, suffix)  # type: ignore[misc]
        if _links_tenant_rows(model, field):
            for part, table, column in (
                ("column", model._meta.db_table, field.column),
                ("to_column", _target(field)._meta.db_table, field.target_field.column),  # type: ignore[attr-defined]
            ):
                statement.parts[part] = Columns(table, ["tenant_id", str(column)], self.quote_name)
        return statement


def _app_role() -> str:
    return str(settings.DATABASES["default"]["USER"])


def _rights(model: type[Model]) -> str | None:
    """What the application may do with the model's table: never TRUNCATE, which no policy stops."""
    if model._meta.app_label == "migrations":
        return "SELECT"
    if model._meta.app_label in settings.TENANT_APPS and not _tenant_field(model):
        return None
    return "SELECT, INSERT, UPDATE, DELETE"


def _tenant_field(model: type[Model]) -> TenantForeignKey | None:
    return next((field for field in model._meta.local_fields if isinstance(field, TenantForeignKey)), None)


def _target(field: Field[Any, Any]) -> type[Model]:
    return field.remote_field.model  # type: ignore[union-attr]


def _links_tenant_rows(model: type[Model], field: Field[Any, Any]) -> bool:
    """Is this a foreign key between two tables whose rows have tenants?"""
    if not isinstance(field, ForeignKey) or isinstance(field, TenantForeignKey):
        return False
    return bool(_tenant_field(model) and _tenant_field(_target(field)))
