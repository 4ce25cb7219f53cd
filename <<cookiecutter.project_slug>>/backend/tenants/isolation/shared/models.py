"""The base of every model whose rows belong to a tenant."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Expression
from django.db.models.sql.compiler import SQLCompiler

from tenants.context import TenantMissing, current_tenant_id


class TenantPlace(models.Model):
    """What a tenant must know of its place: nothing, as all share the tables."""

    class Meta:
        abstract = True


class CurrentTenant(Expression):
    """The current tenant's id, read when a query runs and not when it is built.

    So a queryset may be written where no tenant is known yet, at import for example; running it there raises
    TenantMissing.
    """

    output_field: ClassVar[models.Field[Any, Any]] = models.BigIntegerField()

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[int]]:
        tenant_id = current_tenant_id()
        if tenant_id is None:
            raise TenantMissing("This query")
        return "%s", [tenant_id]


class TenantForeignKey(models.ForeignKey[Any, Any]):
    """The tenant of a row. The schema editor guards every table that has one."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("to", "tenants.Tenant")
        kwargs.setdefault("on_delete", models.CASCADE)
        kwargs.setdefault("related_name", "+")
        kwargs.setdefault("editable", False)
        # The schema editor makes UNIQUE (tenant_id, id), which leads with the tenant.
        kwargs.setdefault("db_index", False)
        kwargs.setdefault("default", current_tenant_id)
        super().__init__(**kwargs)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """A row that was built without a tenant belongs to the one it is saved in."""
        if getattr(model_instance, self.attname) is None:
            setattr(model_instance, self.attname, current_tenant_id())
        if getattr(model_instance, self.attname) is None:
            raise TenantMissing(f"Saving a {model_instance._meta.verbose_name}")
        return super().pre_save(model_instance, add)


class TenantManager(models.Manager[Any]):
    """Rows of the current tenant. The database would hide the others anyway; the planner likes to be told."""

    def get_queryset(self) -> models.QuerySet[Any]:
        return super().get_queryset().filter(tenant_id=CurrentTenant())


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
