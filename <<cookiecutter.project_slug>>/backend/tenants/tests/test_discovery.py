"""Every model and every address of the project is tried as another tenant: those that you add, too.

What is wrong stands in the test's message, with what to do. See docs/testing-isolation.md.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from django.apps import apps
from django.conf import LazySettings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import BigIntegerField, CharField, Field, Manager, Model, QuerySet
from pytest_django.plugin import DjangoDbBlocker

from conftest import World
from tenants.context import tenant_context
from tenants.isolation.databases import alias_of
from tenants.isolation.models import TenantAwareModel
from tenants.models import Domain, Tenant

from .discovery import models, told
from .discovery.models import SILENT, UNGUARDED, reached, silent, tenant_plane, undone
from .discovery.routes import Route, routes
from .discovery.rows import CannotMake, Rows
from .discovery.visits import Visits


@pytest.fixture(scope="module")
def unchanged(world: World, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """The two tenants, for all of the module's tests; what is written meanwhile is taken back at the end."""
    with django_db_blocker.unblock(), ExitStack() as stack:
        stack.enter_context(undone(DEFAULT_DB_ALIAS))
        for tenant in (world.acme, world.globex):
            if alias_of(tenant) != DEFAULT_DB_ALIAS:
                stack.enter_context(tenant_context(tenant))
                stack.enter_context(undone(alias_of(tenant)))
        with tenant_context(None):
            yield world


@pytest.fixture(scope="module")
def rows(unchanged: World) -> Rows:
    """A row of Acme's for each model, with a canary in its texts."""
    Tenant.objects.filter(pk=unchanged.acme.pk).update(name=told.CANARY)
    rows = Rows(unchanged.acme)
    rows.make_all()
    return rows


@pytest.fixture(scope="module")
def visits(unchanged: World, rows: Rows) -> Iterator[Visits]:
    logging.disable(logging.ERROR)  # thousands of refusals would hide what the test has to say
    yield Visits(unchanged, rows)
    logging.disable(logging.NOTSET)


def hold(faults: list[str]) -> None:
    assert not faults, "\n".join(faults)


def test_each_model_is_where_its_rows_belong() -> None:
    hold(models.misplaced())


@pytest.mark.parametrize("model", tenant_plane(), ids=lambda model: model._meta.label)
def test_model(model: type[Model], rows: Rows, unchanged: World) -> None:
    hold(reached(model, rows, unchanged.globex) + silent(model))


@pytest.mark.parametrize("route", routes(), ids=str)
def test_address(route: Route, visits: Visits) -> None:
    hold(visits.faults(route))


@pytest.mark.parametrize("name", ["PUBLIC", "UNTRIED"])
def test_nothing_is_told_of_an_address_that_is_gone(name: str) -> None:
    gone = set(getattr(told, name)) - {str(route) for route in routes()}
    assert gone == set(), f"Take them out of {name} in tenants/tests/discovery/told.py."


# --- What would be found ---------------------------------------------------------------------------------------------


@pytest.fixture
def define() -> Iterator[Callable[..., type[Model]]]:
    """`define("core", Model, name=CharField(…))`: a model `Lead` of an app, for the rest of the test."""
    labels = []

    def make(app_label: str, base: type[Model], **fields: object) -> type[Model]:
        labels.append(app_label)
        meta = type("Meta", (), {"app_label": app_label, "db_table": "discovery_lead"})
        key = BigIntegerField(primary_key=True)
        return type("Lead", (base,), {"__module__": __name__, "Meta": meta, "id": key} | fields)

    yield make
    for label in labels:
        del apps.all_models[label]["lead"]
    apps.clear_cache()


@pytest.fixture
def table(unchanged: World) -> Iterator[None]:
    """The model's table, made by SQL and not by migrations: nothing guards it."""
    role = connections["default"].settings_dict["USER"]
    with connections["owner"].cursor() as owner:
        owner.execute("CREATE TABLE public.discovery_lead (id bigint PRIMARY KEY, tenant_id bigint, name text)")
        owner.execute(f'GRANT ALL ON public.discovery_lead TO "{role}"')
        try:
            with undone(DEFAULT_DB_ALIAS):
                yield
        finally:
            owner.execute("DROP TABLE public.discovery_lead")


def test_a_table_that_nothing_guards_is_found(
    table: None, define: Callable[..., type[Model]], unchanged: World
) -> None:
    lead = define("core", TenantAwareModel, name=CharField(max_length=50))
    (wrong,) = models.misplaced()
    assert wrong.startswith("core.Lead is tenant-aware, but its app is not in TENANT_APPS. Add 'core' to TENANT_APPS")
    found = reached(lead, Rows(unchanged.acme), unchanged.globex)
    for way in ("all()", "get(pk=…)", "update()", "bulk_update()", "delete()"):
        assert f"core.Lead: as another tenant, _base_manager.{way} reached a row (1). {UNGUARDED}" in found


def test_a_model_that_is_nobodys_is_found(define: Callable[..., type[Model]]) -> None:
    define("core", Model, name=CharField(max_length=50))
    (wrong,) = models.misplaced()
    assert wrong.startswith("core.Lead belongs to no tenant. If its rows are a tenant's, put it into an app of TENANT_")


def test_a_model_that_is_told_of_for_nothing_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(told.NOBODYS, "core.Lead", "Gone.")
    assert models.misplaced() == ["core.Lead is in NOBODYS for nothing: take it out."]


def test_a_row_that_cannot_be_made_is_told_of(define: Callable[..., type[Model]], unchanged: World) -> None:
    lead = define("core", TenantAwareModel, name=Field())
    with pytest.raises(
        CannotMake, match=r"Field 'name' is of no known kind.\nSay how to make one: add 'core.Lead' to FAC"
    ):
        Rows(unchanged.acme).of(lead)


class Quiet(Manager):
    def get_queryset(self) -> QuerySet[Model]:
        return super().get_queryset().using(DEFAULT_DB_ALIAS).none()


def test_a_manager_that_does_not_ask_for_a_tenant_is_found(
    define: Callable[..., type[Model]], unchanged: World
) -> None:
    lead = define("contacts", TenantAwareModel, quiet=Quiet())
    assert silent(lead) == [f"contacts.Lead.quiet: {SILENT}"]


CARELESS = {
    "everybody": (
        "GET /careless/everybody as somebody who is not logged in, at Acme's address: it answered 200 to ",
        "GET /careless/everybody as Globex's owner, at Acme's address: the answer, 200, has something of Acme's",
    ),
    "logged-in": (
        "GET /careless/logged-in as Globex's owner, at Acme's address: the answer, 200, has something of Acme's",
    ),
    "any/<pk>": (
        "GET /careless/any/{domain} as Globex's owner, at Globex's address: it answered 200 for an id of Acme's. ",
        "GET /careless/any/{domain} as Globex's owner, at Globex's address: the answer, 200, has something of Acme's",
        "/careless/any/<pk>: Acme's rows are not what they were, after DELETE /careless/any/{domain} as Globex's owner",
    ),
    "plain": ("PUT /careless/plain as somebody who is not logged in, at Acme's address: it answered 200 to somebody",),
    "failing/<number>": (
        "failing/{domain} as Globex's owner, at Globex's address: it failed with 500 (ZeroDivisionError",
    ),
    "year/<year>": (
        "/careless/year/<year>: no id of Acme's rows fits it, or another address comes before it, so nobod",
    ),
}


@pytest.mark.parametrize("name", CARELESS)
def test_a_careless_view_is_found(name: str, visits: Visits, settings: LazySettings) -> None:
    settings.ROOT_URLCONF = "tenants.tests.discovery.careless"
    route = next(route for route in routes() if str(route) == f"/careless/{name}")
    found = "\n".join(visits.faults(route))
    for message in CARELESS[name]:
        assert message.format(domain=visits.rows.made[Domain].pk) in found


def test_an_address_that_is_told_of_for_nothing_is_found(visits: Visits, monkeypatch: pytest.MonkeyPatch) -> None:
    route = next(route for route in routes() if str(route) == "/api/v1/contacts")
    monkeypatch.setitem(told.PUBLIC, "/api/v1/contacts", "For nothing.")
    assert visits.faults(route) == [
        "/api/v1/contacts is in PUBLIC of tenants/tests/discovery/told.py for nothing: take it out."
    ]
