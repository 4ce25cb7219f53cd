"""The base of every model whose rows belong to a tenant."""

from typing import Any

from django.db import models

from . import checks, converge  # noqa: F401  (they register themselves)
from .fields import CurrentTenant, TenantForeignKey


class TenantPlace(models.Model):
    """What a tenant must know of its place: nothing, as all share the tables."""

    class Meta:
        abstract = True


class TenantManager(models.Manager[Any]):
    """Rows of the current tenant. The database would hide the others anyway; the planner likes to be told."""

    def get_queryset(self) -> models.QuerySet[Any]:
        return super().get_queryset().filter(tenant_id=CurrentTenant(self.model.__name__))


class TenantAwareModel(models.Model):
    """A model whose rows belong to a tenant."""

    tenant = TenantForeignKey()
    objects = TenantManager()

    class Meta:
        abstract = True


def TenantUniqueConstraint(  # noqa: N802  (stands in for Django's class)
    *expressions: Any, fields: tuple[str, ...] = (), name: str, **options: Any
) -> models.UniqueConstraint:
    """Django's UniqueConstraint, unique within each tenant."""
    if expressions:
        return models.UniqueConstraint(models.F("tenant"), *expressions, name=name, **options)
    return models.UniqueConstraint(fields=("tenant", *fields), name=name, **options)


def TenantIndex(  # noqa: N802  (stands in for Django's class)
    *expressions: Any, fields: tuple[str, ...] = (), name: str, **options: Any
) -> models.Index:
    """Django's Index, each tenant's rows together."""
    if expressions:
        return models.Index(models.F("tenant"), *expressions, name=name, **options)
    return models.Index(fields=("tenant", *fields), name=name, **options)
