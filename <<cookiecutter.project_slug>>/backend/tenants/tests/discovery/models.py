"""Tries to reach the rows of each model as another tenant, and says in sentences what is wrong and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections, transaction
from django.db.models import Manager, Model

from tenants.checks import check_planes
from tenants.context import TenantMissing, tenant_context
from tenants.isolation.databases import alias_of
from tenants.models import Tenant

from .rows import Rows, is_in_tenant_plane, own_models, unplaced_models
from .told import CANARY, NOBODYS

UNGUARDED = (
    "Nothing keeps its rows apart. Its app has to be in TENANT_APPS, its table made by `makemigrations` and `migrate` "
    "and not by SQL of your own, and its managers subclass TenantManager. `python manage.py check_isolation` says more."
)

SILENT = "It gives no rows without a tenant, where it should raise TenantMissing: let it subclass TenantManager."

Attempt = Callable[[str], object]
"""Is told over which database alias, and gives what it has reached."""


def misplaced() -> list[str]:
    """What is wrong with where the models are: in the wrong plane, or in none that anybody has thought about."""
    wrong = [f"{message.msg} {message.hint}" for message in check_planes(None)]
    unplaced = {model._meta.label for model in unplaced_models()}
    wrong += [
        f"{label} belongs to no tenant. If its rows are a tenant's, put it into an app of TENANT_APPS and subclass "
        "TenantAwareModel, or give it a foreign key to Tenant. If they are nobody's, say why in NOBODYS of "
        "tenants/tests/discovery/told.py."
        for label in sorted(unplaced - set(NOBODYS))
    ]
    return wrong + [f"{label} is in NOBODYS for nothing: take it out." for label in sorted(set(NOBODYS) - unplaced)]


def tenant_plane() -> list[type[Model]]:
    """The models that are kept apart."""
    return [model for model in own_models() if is_in_tenant_plane(model)]


def reached(model: type[Model], rows: Rows, other: Tenant) -> list[str]:
    """How the tenant's row of the model can be reached by code of another tenant's, or without any."""
    faults = []
    for what, attempt in attempts(model, rows.of(model)).items():
        for whom, tenant in (("as another tenant", other), ("without a tenant", None)):
            if outcome := _outcome(attempt, tenant):
                faults.append(f"{model._meta.label}: {whom}, {what} reached a row ({outcome}). {UNGUARDED}")
    return faults


def silent(model: type[Model]) -> list[str]:
    """The model's managers that do not say that the tenant is missing."""
    return [f"{model._meta.label}.{it.name}: {SILENT}" for it in model._meta.managers if not _asks_for_tenant(it)]


def _asks_for_tenant(manager: Manager[Any]) -> bool:
    try:
        with tenant_context(None), transaction.atomic():
            manager.exists()
    except TenantMissing:
        return True
    except DatabaseError:  # there is no such table
        return False
    return False


def attempts(model: type[Model], row: Model) -> dict[str, Attempt]:
    """Ways to the row, by name."""
    found: dict[str, Attempt] = {}
    for manager in dict.fromkeys([model._base_manager, *model._meta.managers]):
        found |= {f"{manager.name}.{name}": attempt for name, attempt in _by_manager(manager, row).items()}
    return found | _by_sql(model, row)


def _by_manager(manager: Manager[Any], row: Model) -> dict[str, Attempt]:
    return {
        "all()": lambda alias: sum(found.pk == row.pk or CANARY in repr(vars(found)) for found in manager.all()),
        "get(pk=…)": lambda alias: manager.filter(pk=row.pk).count(),
        "update()": lambda alias: manager.filter(pk=row.pk).update(**_same(row)),
        "bulk_update()": lambda alias: manager.bulk_update([row], list(_same(row))),
        "delete()": lambda alias: manager.filter(pk=row.pk).delete()[0],
    }


def _by_sql(model: type[Model], row: Model) -> dict[str, Attempt]:
    quote = connections[DEFAULT_DB_ALIAS].ops.quote_name
    table, key = quote(model._meta.db_table), quote(str(model._meta.pk.column))
    pk = model._meta.pk.get_prep_value(row.pk)
    return {
        "SELECT": partial(_run, f"SELECT 1 FROM {table} WHERE {key} = %s", pk),
        "SELECT without a condition": partial(_run, f"SELECT 1 FROM {table} t WHERE t::text LIKE %s", f"%{CANARY}%"),
        "UPDATE": partial(_run, f"UPDATE {table} SET {key} = {key} WHERE {key} = %s", pk),
        "DELETE": partial(_run, f"DELETE FROM {table} WHERE {key} = %s", pk),
    }


def _run(sql: str, parameter: object, alias: str) -> int:
    with connections[alias].cursor() as cursor:
        cursor.execute(sql, [parameter])
        return cursor.rowcount


def _same(row: Model) -> dict[str, Any]:
    """A field of the row with the value that it has."""
    field = next((it for it in row._meta.concrete_fields if not it.primary_key), row._meta.pk)
    return {field.name: getattr(row, field.name)}


def _outcome(attempt: Attempt, tenant: Tenant | None) -> object:
    """What the attempt reached as the tenant; None where it was refused. It leaves nothing behind."""
    alias = alias_of(tenant) if tenant else DEFAULT_DB_ALIAS
    with tenant_context(tenant), ExitStack() as stack:
        try:
            for each in {DEFAULT_DB_ALIAS, alias}:
                stack.enter_context(undone(each))
            return attempt(alias)
        except (DatabaseError, RuntimeError):  # the guards' own say why: TenantMissing and the like
            return None


@contextmanager
def undone(alias: str) -> Iterator[None]:
    """Whatever is written over the alias inside is taken back."""
    with transaction.atomic(using=alias):
        try:
            yield
        finally:
            transaction.set_rollback(True, using=alias)
