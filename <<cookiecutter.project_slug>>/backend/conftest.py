"""What the tests of every app share: a database made by its owner and used by the application's role, two tenants
and four people.

Alice owns Acme and Bob belongs to it. Charlie owns Globex and must never see anything of Acme's. Vera may only look
at Acme's.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace

import pytest
from django.core.cache import cache, caches
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import DatabaseError, connections, transaction
from hypothesis import settings
from pytest_django.plugin import DjangoDbBlocker
from rest_framework.test import APIClient

from accounts.models import User
from accounts.services import create_verified_user
from subscriptions.plans import ALL_FEATURES, FREE, Plan, Seats
from tenants.context import tenant_context
from tenants.isolation.databases import alias_of
from tenants.isolation.provisioning import deprovision
from tenants.models import Role, Tenant
from tenants.services import add_member, create_tenant
from tenants.transactions import tenant_atomic

pytest_plugins = ["jobs.tests.worker"]

# For `--hypothesis-profile=thorough`: thirty times what Hypothesis usually tries.
settings.register_profile("thorough", max_examples=3_000, deadline=None)

PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class World:
    """Two tenants and their people, as they are before each test."""

    acme: Tenant
    globex: Tenant
    alice: User
    bob: User
    charlie: User
    vera: User


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The test database: made and migrated by the owner of the tables, so that the tests run as the application."""
    names = {alias: connections[alias].settings_dict["NAME"] for alias in ("default", "owner")}
    test_name = f"test_{names['default']}"
    with django_db_blocker.unblock():
        for alias in names:
            connections[alias].close()
            connections[alias].settings_dict["NAME"] = test_name
        _remove_what_a_killed_run_left()
        _recreate_database(test_name)
        call_command("migrate", verbosity=0)
        _worlds.append(_create_world())
    yield
    with django_db_blocker.unblock():
        _remove_tenants()
        connections.close_all()
        for alias, name in names.items():
            connections[alias].settings_dict["NAME"] = name
        _drop_database(test_name)


def _remove_what_a_killed_run_left() -> None:
    with suppress(DatabaseError):  # mostly there is no such database
        for tenant in Tenant.objects.all():
            with suppress(ImproperlyConfigured):  # its place was on a server that is gone with that run
                deprovision(tenant)
    connections.close_all()


def _recreate_database(name: str) -> None:
    _drop_database(name)
    role = connections["default"].settings_dict["USER"]
    _as_owner(f'CREATE DATABASE "{name}"', f'GRANT CONNECT ON DATABASE "{name}" TO "{role}"')


def _drop_database(name: str) -> None:
    """Waits a little for sessions that are closing: the owner may not end those of the application's role."""
    with suppress(DatabaseError):
        _as_owner(f'DROP DATABASE IF EXISTS "{name}"')
    _as_owner(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _as_owner(*statements: str) -> None:
    owner = connections["owner"]
    with owner._nodb_cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.fixture(autouse=True)
def _plan_without_limits(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests of other things meet no limit of the free plan; those of limits ask for `free_plan`."""
    if "free_plan" not in request.fixturenames:
        limits = dict.fromkeys(FREE.limits)
        free = replace(FREE, seats=Seats(1, 1_000_000), limits=limits, features=ALL_FEATURES)
        monkeypatch.setattr("subscriptions.entitlements.FREE", free)


@pytest.fixture
def free_plan() -> Plan:
    """Who has no subscription has the free plan, as it is sold."""
    return FREE


_worlds: list[World] = []


@pytest.fixture(scope="session")
def world(django_db_setup: None) -> World:
    """The two tenants. They were committed with the database, before the first test opened its transaction."""
    return _worlds[0]


def _create_world() -> World:
    alice, bob, charlie, vera = (
        create_verified_user(f"{name}@{company}.test", PASSWORD, name=name.title())
        for name, company in (("alice", "acme"), ("bob", "acme"), ("charlie", "globex"), ("vera", "acme"))
    )
    acme = create_tenant(name="Acme", slug="acme", owner=alice)
    globex = create_tenant(name="Globex", slug="globex", owner=charlie)
    add_member(tenant=acme, user=bob, role=Role.MEMBER)
    add_member(tenant=acme, user=vera, role=Role.VIEWER)
    return World(acme, globex, alice, bob, charlie, vera)


@pytest.fixture(autouse=True)
def _clean_slate(request: pytest.FixtureRequest) -> Iterator[None]:
    """Each test that uses the database starts with the two tenants and ends without a trace."""
    caches["shared"].clear()
    uses_database = {"db", "committed_db"} & set(request.fixturenames) or request.node.get_closest_marker("django_db")
    if not uses_database:
        yield
        return
    world = request.getfixturevalue("world")
    for tenant in (world.acme, world.globex):
        with tenant_context(tenant):
            cache.clear()
    if "committed_db" in request.fixturenames:
        yield
        return
    request.getfixturevalue("db")
    with ExitStack() as stack:
        for tenant in (world.acme, world.globex):
            stack.enter_context(_rolled_back(tenant))
        yield


@contextmanager
def _rolled_back(tenant: Tenant) -> Iterator[None]:
    """Undo what is written for the tenant inside, wherever its rows are."""
    with tenant_context(tenant), tenant_atomic():
        with tenant_context(None):
            yield
        transaction.set_rollback(True, using=alias_of(tenant))


@pytest.fixture
def committed_db(world: World, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """For tests with threads or other processes: writes are committed, and the world is made anew afterwards.

    Ids and instances of `world` are the same before and after, for the session's other tests.
    """
    with django_db_blocker.unblock(), committed(world):
        yield world


@contextmanager
def committed(world: World) -> Iterator[None]:
    """What is committed inside is gone afterwards."""
    try:
        yield
    finally:
        _restore(world)


def _restore(world: World) -> None:
    _remove_tenants()
    call_command("flush", database="owner", interactive=False, verbosity=0, inhibit_post_migrate=True)
    fresh = _create_world()
    for name in World.__annotations__:
        vars(getattr(world, name)).update(vars(getattr(fresh, name)))


def _remove_tenants() -> None:
    for tenant in Tenant.objects.all():
        deprovision(tenant)


@pytest.fixture
def acme(world: World) -> Tenant:
    """The tenant of Alice, Bob and Vera."""
    return world.acme


@pytest.fixture
def globex(world: World) -> Tenant:
    """Charlie's tenant."""
    return world.globex


@pytest.fixture
def alice(world: World) -> User:
    """Owner of Acme."""
    return world.alice


@pytest.fixture
def bob(world: World) -> User:
    """Member of Acme."""
    return world.bob


@pytest.fixture
def charlie(world: World) -> User:
    """Owner of Globex, an outsider to Acme."""
    return world.charlie


@pytest.fixture
def vera(world: World) -> User:
    """Viewer in Acme."""
    return world.vera


@pytest.fixture
def login() -> Callable[[User, str], APIClient]:
    """`login(alice, "acme.localhost")`: a client that has logged in at that host, as a browser does."""

    def log_in(user: User, host: str) -> APIClient:
        client = APIClient(HTTP_HOST=host)
        answer = client.post("/_allauth/browser/v1/auth/login", {"email": user.email, "password": PASSWORD})
        assert answer.status_code == 200, answer.content
        return client

    return log_in
