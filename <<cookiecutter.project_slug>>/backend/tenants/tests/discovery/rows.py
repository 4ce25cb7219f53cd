"""A row of Acme's for every model whose rows belong to a tenant, made of what the model says of its fields."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldError, ValidationError
from django.db import DatabaseError, models, transaction
from django.db.models import Field, Model, Q, QuerySet

from tenants.context import tenant_context
from tenants.isolation.models import TenantAwareModel
from tenants.models import Tenant
from tenants.transactions import tenant_atomic

from .told import CANARY, FACTORIES

_numbers = itertools.count(7_000_000_001)  # far from what the database gives out

# The first that fits counts; a subclass comes before its base.
SAMPLES: list[tuple[type[Field[Any, Any]], Callable[[], Any]]] = [
    (models.EmailField, lambda: f"{CANARY}@acme.test"),
    (models.URLField, lambda: f"https://acme.test/{CANARY}"),
    (models.FileField, lambda: f"{CANARY}.txt"),
    (models.CharField, lambda: CANARY),
    (models.TextField, lambda: CANARY),
    (models.JSONField, lambda: {"text": CANARY}),
    (models.BinaryField, lambda: CANARY.encode()),
    (models.UUIDField, uuid.uuid4),
    (models.BooleanField, lambda: False),
    (models.DateTimeField, lambda: datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)),  # noqa: UP017
    (models.DateField, lambda: date(2026, 1, 2)),
    (models.TimeField, lambda: time(3, 4, 5)),
    (models.DurationField, lambda: timedelta(hours=1)),
    (models.DecimalField, lambda: Decimal(1)),
    (models.FloatField, lambda: 1.0),
    (models.IntegerField, lambda: 1),
    (models.GenericIPAddressField, lambda: "192.0.2.7"),
]


class CannotMake(Exception):
    """No row of a model can be made of what its fields say. The message says what to do."""

    def __init__(self, model: type[Model], why: object) -> None:
        super().__init__(
            f"No row of {model._meta.label} can be made of what its fields say, so nobody has tried to reach one as "
            f"another tenant: {why}\nSay how to make one: add '{model._meta.label}' to FACTORIES in "
            "tenants/tests/discovery/told.py."
        )


def own_models() -> list[type[Model]]:
    """Every model whose rows belong to a tenant, in either plane: a chain of foreign keys leads from it to Tenant."""
    return [model for model in _tables() if _leads_to_tenant(model, set())]


def unplaced_models() -> list[type[Model]]:
    """Models of the project's own whose rows belong to no tenant, as far as anybody can see."""
    return [model for model in _tables() if _is_of_the_project(model) and model not in own_models()]


def is_in_tenant_plane(model: type[Model]) -> bool:
    return issubclass(model, TenantAwareModel)


class Rows:
    """One row of each model for a tenant, made when it is asked for."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        self.made: dict[type[Model], Model] = {Tenant: tenant}

    def make_all(self) -> None:
        """Make a row of every model whose rows belong to a tenant. Raises CannotMake."""
        for model in own_models():
            self.of(model)

    def of(self, model: type[Model]) -> Model:
        """The tenant's row of the model. Raises CannotMake."""
        if model not in self.made:
            try:
                self.made[model] = self._make(model)
            except (DatabaseError, FieldError, ValidationError, TypeError, ValueError) as error:
                raise CannotMake(model, error) from error
        return self.made[model]

    def ids(self) -> list[str]:
        """What may stand in an address for one of the rows: its key, and what else nothing but it has."""
        found = [str(getattr(row, field.attname)) for model, row in self._own() for field in _unique_fields(model)]
        return list(dict.fromkeys(found))

    def named_ids(self) -> dict[str, str]:
        """What may stand in a body or a query for one of the rows: {"contact": …, "contact_id": …}."""
        keys = {str(model._meta.model_name): str(row.pk) for model, row in self._own()}
        return keys | {f"{name}_id": key for name, key in keys.items()}

    def state(self) -> dict[str, list[dict[str, Any]]]:
        """All that the tenant has now, by model; to be compared with what it was."""
        with tenant_context(self.tenant):
            return {model._meta.label: list(self._all_of(model).order_by("pk").values()) for model in self.made}

    def _own(self) -> list[tuple[type[Model], Model]]:
        return [(model, row) for model, row in self.made.items() if model in own_models()]

    def _make(self, model: type[Model]) -> Model:
        with ExitStack() as stack:
            stack.enter_context(tenant_context(self.tenant))
            stack.enter_context(tenant_atomic() if is_in_tenant_plane(model) else transaction.atomic())
            if model._meta.label in FACTORIES:
                return FACTORIES[model._meta.label]()
            row = model(**self._values(model))
            row.save(force_insert=True)
            return row

    def _values(self, model: type[Model]) -> dict[str, Any]:
        fields = [field for field in model._meta.concrete_fields if not getattr(field, "generated", False)]
        return {field.name: self._value(model, field) for field in fields if _wants_value(field)}

    def _value(self, model: type[Model], field: Field[Any, Any]) -> Any:
        if isinstance(field.related_model, type):
            return self.of(field.related_model)
        if field.primary_key and isinstance(field, models.IntegerField):
            return next(_numbers)
        if field.choices:
            return field.flatchoices[0][0]  # type: ignore[attr-defined]
        for kind, sample in SAMPLES:
            if isinstance(field, kind):
                value = sample()
                return value[: field.max_length] if isinstance(value, str) else value
        raise CannotMake(model, f"{type(field).__name__} '{field.name}' is of no known kind.")

    def _all_of(self, model: type[Model]) -> QuerySet[Any]:
        rows = model._base_manager.all()
        if is_in_tenant_plane(model):
            return rows
        links = {field.name: self.tenant for field in model._meta.concrete_fields if field.related_model is Tenant}
        return rows.filter(Q(pk=self.made[model].pk) | Q(**links, _connector=Q.OR))


def _wants_value(field: Field[Any, Any]) -> bool:
    """Every text gets the canary; beside that, what must be there and does not come by itself."""
    if field.choices and field.blank:
        return False
    if isinstance(field, models.CharField | models.TextField | models.JSONField) and not field.choices:
        return True
    if isinstance(field, models.AutoField | models.BigAutoField):
        return True
    by_itself = getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
    return not (field.null or field.has_default() or by_itself)


def _unique_fields(model: type[Model]) -> list[Field[Any, Any]]:
    return [field for field in model._meta.concrete_fields if field.unique]


def _tables() -> list[type[Model]]:
    models_ = apps.get_models(include_auto_created=True)
    return [model for model in models_ if model._meta.managed and not model._meta.proxy]


def _leads_to_tenant(model: type[Model], seen: set[type[Model]]) -> bool:
    if model is Tenant or is_in_tenant_plane(model):
        return True
    related = {field.related_model for field in model._meta.concrete_fields if isinstance(field.related_model, type)}
    return any(_leads_to_tenant(other, seen | {model}) for other in related - seen - {model})


def _is_of_the_project(model: type[Model]) -> bool:
    return apps.get_app_config(model._meta.app_label).path.startswith(str(settings.BACKEND))
