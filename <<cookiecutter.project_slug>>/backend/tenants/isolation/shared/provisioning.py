"""Making and removing the place of a tenant's rows."""

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, transaction

from tenants.append_only import is_append_only
from tenants.context import tenant_context
from tenants.isolation.models import TenantAwareModel
from tenants.models import Tenant


def provision(tenant: Tenant) -> None:
    """Make the tenant's place: the tables are there already."""


def deprovision(tenant: Tenant) -> None:
    """Delete every row of the tenant that the application may delete, all or nothing; the others go with its own."""
    own = [model for model in apps.get_models() if issubclass(model, TenantAwareModel)]
    models = [model for model in own if not is_append_only(model)]
    with tenant_context(tenant), transaction.atomic():
        for model in reversed(models):
            model.objects.all()._raw_delete(using=DEFAULT_DB_ALIAS)


def migrate_tenant(tenant: Tenant) -> None:
    """Bring the tenant's place up to date: `migrate` has done so for the shared tables."""
