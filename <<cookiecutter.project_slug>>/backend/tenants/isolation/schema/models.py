"""The base of every model whose rows belong to a tenant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models

from .names import SCHEMA_NAME, new_schema_name
from .rows import InTenant, TenantQuerySet, check_tenant, remember_tenant

if TYPE_CHECKING:
    TenantMixin = models.Model  # the library has no types
else:
    from django_tenants.models import TenantMixin


class TenantPlace(TenantMixin):
    """What a tenant must know of its place: the name of its schema.

    `provision` makes the schema and `deprovision` drops it, over the role that owns it. Saving or deleting the row
    does neither.
    """

    schema_name = models.CharField(
        max_length=63, unique=True, editable=False, default=new_schema_name, validators=[SCHEMA_NAME]
    )
    auto_create_schema = False

    class Meta:
        abstract = True


class TenantManager(models.Manager[Any]):
    """Rows of the current tenant, which are all that the search path leads to."""

    _queryset_class = TenantQuerySet

    def get_queryset(self) -> models.QuerySet[Any]:
        return super().get_queryset().filter(InTenant(self.model.__name__))


class TenantAwareModel(models.Model):
    """A model whose rows belong to a tenant."""

    objects = TenantManager()

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, *args: Any, **kwargs: Any) -> Self:
        """An instance for a row that was read; it remembers the tenant it was read as."""
        instance = super().from_db(*args, **kwargs)
        remember_tenant(instance)
        return instance

    def save_base(self, *args: Any, **kwargs: Any) -> None:
        """Write the row. Raises TenantMissing, and ForeignRow for one that was read as another tenant."""
        check_tenant(self)
        super().save_base(*args, **kwargs)
        remember_tenant(self)


def TenantUniqueConstraint(  # noqa: N802  (stands in for Django's class)
    *expressions: Any, fields: tuple[str, ...] = (), name: str, **options: Any
) -> models.UniqueConstraint:
    """Django's UniqueConstraint, unique within each tenant, whose table has no one else's rows."""
    return models.UniqueConstraint(*expressions, fields=fields, name=name, **options)


def TenantIndex(  # noqa: N802  (stands in for Django's class)
    *expressions: Any, fields: tuple[str, ...] = (), name: str, **options: Any
) -> models.Index:
    """Django's Index, each tenant's rows together, in a table of their own."""
    return models.Index(*expressions, fields=fields, name=name, **options)
