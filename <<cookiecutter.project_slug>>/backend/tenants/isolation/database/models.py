"""The base of every model whose rows belong to a tenant."""

from typing import Any

from django.db import models

from .names import new_database_name
from .servers import place
from .versions import current_version


class TenantPlace(models.Model):
    """What a tenant must know of its place: the server, the name of its database, and what was applied to that."""

    database = models.CharField(max_length=63, unique=True, editable=False, default=new_database_name)
    server = models.CharField(max_length=63, blank=True, editable=False, default=place)
    """A name from TENANT_SERVERS; '' for the control plane's server."""
    version = models.CharField(max_length=32, editable=False, default=current_version)
    """A new database has all the migrations of the code that makes it."""
    moving = models.BooleanField(editable=False, default=False)
    """It is on its way to another server: see `move_tenant`."""

    class Meta:
        abstract = True


class TenantManager(models.Manager[Any]):
    """Rows of the current tenant: the router sends each query to the tenant's database, where there are no others."""


class TenantAwareModel(models.Model):
    """A model whose rows belong to a tenant."""

    objects = TenantManager()

    class Meta:
        abstract = True


def TenantUniqueConstraint(  # noqa: N802  (stands in for Django's class)
    *expressions: Any, fields: tuple[str, ...] = (), name: str, **options: Any
) -> models.UniqueConstraint:
    """Django's UniqueConstraint, unique within each tenant."""
    return models.UniqueConstraint(*expressions, fields=fields, name=name, **options)


def TenantIndex(  # noqa: N802  (stands in for Django's class)
    *expressions: Any, fields: tuple[str, ...] = (), name: str, **options: Any
) -> models.Index:
    """Django's Index, each tenant's rows together."""
    return models.Index(*expressions, fields=fields, name=name, **options)
