"""The models whose rows belong to a tenant, found by themselves."""

from __future__ import annotations

from graphlib import TopologicalSorter

from django.apps import apps
from django.db.models import Model

from .isolation.models import TenantAwareModel


def tenant_models() -> list[type[Model]]:
    """Every model of the tenant plane; one that others refer to comes before them."""
    models = [model for model in apps.get_models() if issubclass(model, TenantAwareModel) and model._meta.managed]
    sorter = TopologicalSorter({model: [] for model in models})
    for model in models:
        sorter.add(model, *(other for other in _referred(model) if other in models and other is not model))
    return list(sorter.static_order())


def _referred(model: type[Model]) -> list[type[Model]]:
    return [field.related_model for field in model._meta.concrete_fields if isinstance(field.related_model, type)]
