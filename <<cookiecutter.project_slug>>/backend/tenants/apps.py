"""The app's configuration."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class TenantsConfig(AppConfig):
    name = "tenants"

    def ready(self) -> None:
        from . import checks, tenant_admin  # noqa: F401  (registers the checks)

        autodiscover_modules("permissions")
