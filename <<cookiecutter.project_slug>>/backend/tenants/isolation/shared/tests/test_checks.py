"""Models that cannot be kept apart in shared tables are refused before they are migrated."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.checks import run_checks
from django.db import models
from django.test.utils import isolate_apps

from contacts.models import Contact
from tenants.isolation.checks import faults_of
from tenants.isolation.models import TenantAwareModel, TenantUniqueConstraint


@pytest.fixture(autouse=True)
def apart() -> Iterator[None]:
    """Models made here are seen by nobody else."""
    with isolate_apps("contacts"):
        yield


def ids(model: type[models.Model]) -> list[str | None]:
    return [fault.id for fault in faults_of(model)]


def test_a_project_as_it_is_baked_has_no_fault() -> None:
    assert run_checks() == []


def test_an_inherited_tenant_guards_nothing() -> None:
    class Supplier(Contact):
        class Meta:
            app_label = "contacts"

    assert ids(Supplier)[0] == "tenants.E004"


def test_a_proxy_has_no_table_to_guard() -> None:
    class Friend(Contact):
        class Meta:
            app_label = "contacts"
            proxy = True

    assert ids(Friend) == []


@pytest.mark.parametrize(
    ("fields", "meta"),
    [
        ({"code": models.CharField(max_length=9, unique=True)}, {}),
        ({"code": models.UUIDField()}, {"unique_together": [("code", "name")]}),
        ({"code": models.UUIDField()}, {"constraints": [models.UniqueConstraint(fields=["code"], name="x")]}),
        ({"code": models.UUIDField()}, {"constraints": [models.UniqueConstraint(models.F("code"), name="x")]}),
        ({"code": models.OneToOneField("contacts.Contact", models.CASCADE)}, {}),
    ],
    ids=["field", "together", "constraint", "expression", "one-to-one"],
)
def test_what_is_unique_among_all_tells_of_other_tenants(fields: dict[str, object], meta: dict[str, object]) -> None:
    assert ids(invoice(fields, meta)) == ["tenants.E005"]


@pytest.mark.parametrize(
    "meta",
    [
        {"unique_together": [("tenant", "code")]},
        {"constraints": [TenantUniqueConstraint(fields=("code",), name="x")]},
        {"constraints": [TenantUniqueConstraint(models.F("code"), name="x")]},
    ],
    ids=["together", "constraint", "expression"],
)
def test_what_is_unique_within_a_tenant_is_well(meta: dict[str, object]) -> None:
    assert ids(invoice({"code": models.UUIDField()}, meta)) == []


def invoice(fields: dict[str, object], meta: dict[str, object]) -> type[models.Model]:
    described = type("Meta", (), {"app_label": "contacts", **meta})
    name = models.CharField(max_length=9)
    members = {"__module__": __name__, "name": name, **fields, "Meta": described}
    return type("Invoice", (TenantAwareModel,), members)
