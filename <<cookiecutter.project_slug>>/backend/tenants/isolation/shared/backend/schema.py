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

from tenants.append_only import is_append_only, rights_on
from tenants.isolation.fields import TenantForeignKey

# The (SELECT …) makes it a plan's constant, not a call per row; NULLIF because the setting is '' once it was local.
_IS_CURRENT = "tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::bigint)"

_UNFORCED = (
    "ALTER TABLE %(table)s NO FORCE ROW LEVEL SECURITY; ALTER TABLE %(to_table)s NO FORCE ROW LEVEL SECURITY; {}; "
    "ALTER TABLE %(table)s FORCE ROW LEVEL SECURITY; ALTER TABLE %(to_table)s FORCE ROW LEVEL SECURITY"
)


class SchemaEditor(DatabaseSchemaEditor):
    """Django's, with the guards of a table whose rows carry a tenant."""

    # So that a foreign key that is added later also comes through _create_fk_sql.
    sql_create_column_inline_fk = None  # type: ignore[assignment]

    def create_model(self, model: type[Model]) -> None:
        """Create the table; guard it if its rows have tenants; grant the application what it may do."""
        super().create_model(model)
        self._guard(model)

    def add_field(self, model: type[Model], field: Field[Any, Any]) -> None:
        """Add the column; a table whose rows get a tenant gets the guards with it."""
        super().add_field(model, field)
        if isinstance(field, TenantForeignKey):
            self._guard(field.model)

    def alter_db_table(self, model: type[Model], old_db_table: str, new_db_table: str) -> None:
        """Rename the table, and its key, so that a new table may have the old names."""
        super().alter_db_table(model, old_db_table, new_db_table)
        if _tenant_field(model) and old_db_table != new_db_table:
            table, before, after = map(self.quote_name, (new_db_table, _key(old_db_table), _key(new_db_table)))
            self.execute(f"ALTER TABLE {table} RENAME CONSTRAINT {before} TO {after}")

    def guards(self, model: type[Model]) -> dict[str, str]:
        """By name, the statements that make the model's table safe and give the application its rights.

        Row-Level Security binds the owner too. Foreign keys between tenants' rows point to the key.
        """
        table, key, role = map(
            self.quote_name, (model._meta.db_table, _key(model._meta.db_table), settings.DATABASES["default"]["USER"])
        )
        made = {}
        if _tenant_field(model):
            primary = self.quote_name(str(model._meta.pk.column))
            made = {
                "row-security": f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
                "policy": f"CREATE POLICY tenant_isolation ON {table} USING ({_IS_CURRENT}) WITH CHECK ({_IS_CURRENT})",
                "key": f"ALTER TABLE {table} ADD CONSTRAINT {key} UNIQUE (tenant_id, {primary})",
            }
        if rights := _rights(model):
            made["rights"] = f"GRANT {rights} ON {table} TO {role}"
        return made

    def replace_foreign_key(self, model: type[Model], field: Field[Any, Any]) -> None:
        """Make the field's foreign key anew, as a migration would have made it."""
        for name in self._constraint_names(model, [str(field.column)], foreign_key=True):
            self.execute(self._delete_fk_sql(model, name))  # type: ignore[attr-defined]
        self.execute(self._create_fk_sql(model, field, "_fk_%(to_table)s_%(to_column)s"))

    def _guard(self, model: type[Model]) -> None:
        for sql in self.guards(model).values():
            self.execute(sql)

    def _create_fk_sql(self, model: type[Model], field: Field[Any, Any], suffix: str) -> Statement:
        """(tenant_id, x) REFERENCES y (tenant_id, id): referential integrity itself looks past Row-Level Security.

        That is so for each row that is written. The rows that are there already are looked at by a query of the
        owner's, from which FORCE hides them all: it is off for that long, and the table locked.
        """
        statement: Statement = super()._create_fk_sql(model, field, suffix)  # type: ignore[misc]
        if isinstance(field, TenantForeignKey) and is_append_only(model):
            # The application may not delete these rows; as part of the constraint, their tables' owner does.
            statement.template = statement.template.replace("%(deferrable)s", " ON DELETE CASCADE%(deferrable)s")
        if _links_tenant_rows(model, field):
            statement.template = _UNFORCED.format(statement.template)
            for part, table, column in (
                ("column", model._meta.db_table, field.column),
                ("to_column", _target(field)._meta.db_table, field.target_field.column),  # type: ignore[attr-defined]
            ):
                statement.parts[part] = Columns(table, ["tenant_id", str(column)], self.quote_name)
        return statement

    def _constraint_names(self, model: type[Model], column_names: list[str] | None = None, **kinds: Any) -> list[str]:
        """A foreign key that holds the tenant is the one of its other column, so that altering a field finds it."""
        names: list[str] = super()._constraint_names(model, column_names, **kinds)  # type: ignore[misc]
        if kinds.get("foreign_key") and column_names:
            names += super()._constraint_names(model, ["tenant_id", *column_names], **kinds)  # type: ignore[misc]
        return names


def _key(table: str) -> str:
    return f"{table[:55]}_tenant"


def _rights(model: type[Model]) -> str | None:
    """What the application may do with the model's table; nothing, if its rows should have a tenant and have none."""
    if model._meta.app_label in settings.TENANT_APPS and not _tenant_field(model):
        return None
    return rights_on(model)


def _tenant_field(model: type[Model]) -> TenantForeignKey | None:
    return next((field for field in model._meta.local_fields if isinstance(field, TenantForeignKey)), None)


def _target(field: Field[Any, Any]) -> type[Model]:
    return field.remote_field.model  # type: ignore[union-attr]


def _links_tenant_rows(model: type[Model], field: Field[Any, Any]) -> bool:
    """Is this a foreign key between two tables whose rows have tenants?"""
    if not isinstance(field, ForeignKey) or isinstance(field, TenantForeignKey):
        return False
    return bool(_tenant_field(model) and _tenant_field(_target(field)))
