"""Models that the guards of shared tables cannot work for are refused by `manage.py check`."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core import checks
from django.db.models import Model, UniqueConstraint


@checks.register(checks.Tags.models)
def check_shared_tables(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Each tenant's model has its own `tenant`, and is unique within a tenant only."""
    from .models import TenantAwareModel

    models = [model for model in apps.get_models(include_auto_created=True) if issubclass(model, TenantAwareModel)]
    return [message for model in models for message in faults_of(model)]


def faults_of(model: type[Model]) -> Iterator[checks.CheckMessage]:
    """What is wrong with a model whose rows belong to a tenant."""
    yield from _without_a_tenant(model)
    yield from _unique_among_all(model)


def _without_a_tenant(model: type[Model]) -> Iterator[checks.CheckMessage]:
    if model._meta.parents and not model._meta.proxy:
        parents = ", ".join(parent.__name__ for parent in model._meta.parents)
        yield checks.Error(
            f"{model._meta.label} has its tenant in the table of {parents} only, so no policy can guard its own table.",
            hint="Make the parent abstract, or point to it with a ForeignKey instead of inheriting from it.",
            obj=model,
            id="tenants.E004",
        )


def _unique_among_all(model: type[Model]) -> Iterator[checks.CheckMessage]:
    for fields in _unique_fields(model):
        yield checks.Error(
            f"{model._meta.label} is unique by {', '.join(fields)} among all tenants: "
            "it refuses what another tenant has, and so tells of it.",
            hint="Take that out, and put a TenantUniqueConstraint of the fields into Meta.constraints.",
            obj=model,
            id="tenants.E005",
        )


def _unique_fields(model: type[Model]) -> Iterator[tuple[str, ...]]:
    for field in model._meta.local_fields:
        if field.unique and not field.primary_key:
            yield (field.name,)
    for together in model._meta.unique_together:
        if "tenant" not in together:
            yield tuple(together)
    for constraint in model._meta.constraints:
        if isinstance(constraint, UniqueConstraint) and not _names_tenant(constraint):
            yield (*constraint.fields,) or (constraint.name,)


def _names_tenant(constraint: UniqueConstraint) -> bool:
    expressions = [getattr(expression, "name", None) for expression in constraint.expressions]
    return "tenant" in (*constraint.fields, *expressions)
