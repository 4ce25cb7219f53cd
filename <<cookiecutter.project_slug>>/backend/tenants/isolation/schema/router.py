"""Which tables are made where."""

from typing import Any

from django.conf import settings
from django.db import connections
from django_tenants import routers


class PlaneRouter(routers.TenantSyncRouter):  # type: ignore[misc]
    """The apps of TENANT_APPS have tables in the tenants' schemas and nowhere else; all other apps in `public`."""

    def allow_migrate(self, db: str, app_label: str, model_name: str | None = None, **hints: Any) -> bool:
        """May the app's tables be made, filled or flushed where the connection is now?"""
        connection: Any = connections[db]
        return bool(self.app_in_list(app_label, settings.TENANT_APPS) == connection.in_tenant_schema)
