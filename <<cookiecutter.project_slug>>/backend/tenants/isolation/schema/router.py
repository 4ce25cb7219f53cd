"""Which tables are made where."""

from typing import Any

from django.conf import settings
from django.db import connections


class PlaneRouter:
    """The apps of TENANT_APPS have tables in the tenants' schemas and nowhere else; all other apps in `public`."""

    def allow_migrate(self, db: str, app_label: str, model_name: str | None = None, **hints: Any) -> bool:
        """May the app's tables be made, filled or flushed where the connection is now?

        TENANT_APPS has labels. The library's own router wants names, by which an app inside of a package would not be
        found, and its tables would be made in `public`.
        """
        connection: Any = connections[db]
        return bool((app_label in settings.TENANT_APPS) == connection.in_tenant_schema)
