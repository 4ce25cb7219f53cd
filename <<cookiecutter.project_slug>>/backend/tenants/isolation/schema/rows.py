"""The guards of a tenant's rows in Python. The search path keeps the tables apart; these say early what is wrong."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.core.exceptions import FullResultSet
from django.db import DatabaseError, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Expression
from django.db.models.sql.compiler import SQLCompiler

from tenants.context import TenantMissing, current_tenant_id


class ForeignRow(DatabaseError):
    """A row of one tenant was about to be written to another's table."""

    def __init__(self, row: models.Model) -> None:
        super().__init__(
            f"This {row._meta.verbose_name} was read as another tenant. Save it inside that tenant's context, or make "
            "a new one."
        )


class InTenant(Expression):
    """A condition that adds nothing to the SQL, and raises TenantMissing where no tenant is current.

    It is asked when a query runs and not when it is built. So a queryset may be written where no tenant is known
    yet, at import for example.
    """

    output_field: ClassVar[models.Field[Any, Any]] = models.BooleanField()

    def __init__(self, asking: str) -> None:
        self.asking = asking
        super().__init__()

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[()]]:
        if current_tenant_id() is None:
            raise TenantMissing(f"A query of {self.asking}")
        raise FullResultSet


class TenantQuerySet(models.QuerySet[Any]):
    """Django's, which asks for a tenant before many rows are inserted at once."""

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Insert the rows into the current tenant's table. Raises TenantMissing or ForeignRow before it does."""
        rows = list(objs)
        for row in rows:
            check_tenant(row)
        created = super().bulk_create(rows, *args, **kwargs)
        for row in created:
            remember_tenant(row)
        return created


def check_tenant(row: models.Model) -> None:
    """Raise TenantMissing where no tenant is current, and ForeignRow where the row was read as another one."""
    tenant_id = current_tenant_id()
    if tenant_id is None:
        raise TenantMissing(f"Saving a {row._meta.verbose_name}")
    if getattr(row._state, "tenant_id", tenant_id) != tenant_id:
        raise ForeignRow(row)


def remember_tenant(row: models.Model) -> None:
    """Note on the instance whose row it is."""
    row._state.tenant_id = current_tenant_id()  # type: ignore[attr-defined]
