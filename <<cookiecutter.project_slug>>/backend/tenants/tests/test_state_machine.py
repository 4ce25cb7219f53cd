"""Whatever is done for whichever tenant, in any order: each has its own, and nobody sees another's canary.

`--hypothesis-profile=thorough` does thirty times as much.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from functools import partial

import pytest
from django.core.cache import caches
from django.test import override_settings
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from pytest_django.plugin import DjangoDbBlocker
from rest_framework.test import APIClient

from accounts.models import TokenFamily
from accounts.services import create_verified_user
from benchmarks.ways import close, through_pool
from conftest import PASSWORD, World, committed
from tenants import context, storage
from tenants.context import current_tenant, tenant_context
from tenants.models import Tenant
from tenants.services import create_tenant

from .states import Contexts, Leak, Side
from .steps import CacheAndFileSteps, ConcurrentSteps, RowSteps, Tenancy
from .test_pooling import by_pgbouncer

USUAL = settings(
    max_examples=settings().max_examples // 10,  # each is fifty steps
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
UNTIL_FOUND = settings(
    USUAL, max_examples=100, phases=[Phase.generate], derandomize=True, database=None, print_blob=False
)


@pytest.fixture(scope="module")
def sides(
    world: World, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[Side]]:
    """Three tenants of people who are named like their canaries, and logged in."""
    media = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media"))
    with django_db_blocker.unblock(), committed(world), media:
        yield [_side(slug) for slug in ("amber", "birch", "cedar")]


def _side(slug: str) -> Side:
    user = create_verified_user(f"{slug}@example.test", PASSWORD, name=f"canary-{slug}")
    tenant = create_tenant(name=slug, slug=slug, owner=user)
    credentials = {"email": user.email, "password": PASSWORD}
    answer = APIClient(HTTP_HOST=f"{slug}.localhost").post("/_allauth/browser/v1/auth/login", credentials)
    assert answer.status_code == 200, answer.content
    return Side(tenant, TokenFamily.objects.get(user=user))


def directly(size: int) -> AbstractContextManager[None]:
    return nullcontext()


@pytest.mark.parametrize("way", [directly, through_pool, by_pgbouncer], ids=["direct", "pool", "pgbouncer"])
def test_each_tenant_has_its_own(way: Callable[[int], AbstractContextManager[None]], sides: list[Side]) -> None:
    close(side.tenant for side in sides)
    with way(2):
        run_state_machine_as_test(partial(Tenancy, sides), settings=USUAL)
        close(side.tenant for side in sides)


# --- What the machine looks for is there to be found ----------------------------------------------------------------


def contexts_that_an_exception_does_not_leave(patch: pytest.MonkeyPatch) -> None:
    leave = tenant_context.__exit__
    patch.setattr(tenant_context, "__exit__", lambda self, kind, *rest: None if kind else leave(self, kind, *rest))


class OfTheProcess:
    """A tenant that all of a process works for, as a global variable or a setting of a shared connection has it."""

    tenant: Tenant | None = None

    def get(self) -> Tenant | None:
        return self.tenant

    def set(self, tenant: Tenant | None) -> Tenant | None:
        before, self.tenant = self.tenant, tenant
        return before

    reset = set


def a_tenant_of_the_process(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(context, "_current", OfTheProcess())


def cache_keys_without_the_tenant(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(caches["default"], "key_func", lambda key, *rest: f"{current_tenant() and key}")


def files_in_one_folder(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(storage, "_folder", lambda what: current_tenant() and "tenants/all/")


@pytest.mark.parametrize(
    ("broken", "machine"),
    [
        (contexts_that_an_exception_does_not_leave, RowSteps),
        (a_tenant_of_the_process, ConcurrentSteps),
        (cache_keys_without_the_tenant, CacheAndFileSteps),
        (files_in_one_folder, CacheAndFileSteps),
    ],
)
def test_it_finds(
    broken: Callable[[pytest.MonkeyPatch], None],
    machine: type[Contexts],
    sides: list[Side],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    broken(monkeypatch)
    with pytest.raises(Leak):
        run_state_machine_as_test(partial(machine, sides), settings=UNTIL_FOUND)
