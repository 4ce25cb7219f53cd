"""Sends each query to the database that it belongs to, and none across the border between two tenants."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import Model

from tenants.context import TenantMissing, current_tenant_or_none

from .aliases import OWNER, TENANT, database_of
from .databases import alias_of


class WrongTenant(RuntimeError):
    """Something of one tenant was used while the code worked for another."""


class TenantRouter:
    """Rows of tenant apps live in the current tenant's database, all others where Django puts them."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str | None:
        """The alias for the model's rows. Raises TenantMissing without a tenant, WrongTenant for another one's object.

        The app decides, not the class: the models of a migration have other bases.
        """
        if model._meta.app_label not in settings.TENANT_APPS:
            return None
        tenant = current_tenant_or_none()
        if tenant is None:
            raise TenantMissing(f"A query of {model.__name__}")
        return _origin(hints.get("instance"), tenant.database) or alias_of(tenant)

    db_for_write = db_for_read

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Tenant apps have their tables in tenants' databases, and nothing else does."""
        return db.startswith((TENANT, OWNER)) == (app_label in settings.TENANT_APPS)


def _origin(instance: Model | None, database: str) -> str | None:
    """The alias that the object at hand came from, which must be one of this database."""
    origin = instance._state.db if instance else None
    if origin and database_of(origin) != database:
        raise WrongTenant(
            f"This {instance._meta.verbose_name} belongs to another tenant: "  # type: ignore[union-attr]
            "work with it inside `with tenant_context(…)` of that tenant."
        )
    return origin
