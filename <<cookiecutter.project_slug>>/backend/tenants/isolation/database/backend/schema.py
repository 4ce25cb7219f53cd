"""The application gets its rights from the schema editor, so plain `makemigrations` and `migrate` cannot forget them.

It gets them nowhere else: a table that came about in another way is "permission denied".
"""

from __future__ import annotations

from django.conf import settings
from django.db.backends.postgresql.schema import DatabaseSchemaEditor
from django.db.models import Model

from tenants.append_only import rights_on
from tenants.isolation.aliases import database_of


class SchemaEditor(DatabaseSchemaEditor):
    """Django's, with the grants to the role that will use the table."""

    def create_model(self, model: type[Model]) -> None:
        """Create the table, and grant its user what the application may do: no change of tables."""
        super().create_model(model)
        table, role = self.quote_name(model._meta.db_table), self.quote_name(self._user())
        self.execute(f"GRANT {rights_on(model)} ON {table} TO {role}")

    def _user(self) -> str:
        """A tenant's database is used by the role of the same name, the control plane's by the application's."""
        return database_of(self.connection.alias) or str(settings.DATABASES["default"]["USER"])
