"""The field that says whose row it is, apart from the models as the database backend needs it before they load."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Expression
from django.db.models.sql.compiler import SQLCompiler

from tenants.append_only import is_append_only
from tenants.context import TenantMissing, current_tenant_id


class CurrentTenant(Expression):
    """The current tenant's id, read when a query runs and not when it is built.

    So a queryset may be written where no tenant is known yet, at import for example; running it there raises
    TenantMissing.
    """

    output_field: ClassVar[models.Field[Any, Any]] = models.BigIntegerField()

    def __init__(self, asking: str) -> None:
        self.asking = asking
        super().__init__()

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[int]]:
        tenant_id = current_tenant_id()
        if tenant_id is None:
            raise TenantMissing(f"A query of {self.asking}")
        return "%s", (tenant_id,)


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

    def contribute_to_class(self, cls: type[models.Model], *args: Any, **kwargs: Any) -> None:
        """Rows that the application may not delete go by the constraint itself (see the schema editor)."""
        if is_append_only(cls):
            self.remote_field.on_delete = models.DO_NOTHING
        super().contribute_to_class(cls, *args, **kwargs)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """A row that was built without a tenant belongs to the one it is saved in."""
        if getattr(model_instance, self.attname) is None:
            setattr(model_instance, self.attname, current_tenant_id())
        if getattr(model_instance, self.attname) is None:
            raise TenantMissing(f"Saving a {model_instance._meta.verbose_name}")
        return super().pre_save(model_instance, add)
