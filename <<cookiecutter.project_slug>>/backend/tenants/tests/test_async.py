"""Async views, streamed bodies, threads and coroutines over real databases: each works for its own tenant."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, cast

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.core.cache import cache
from django.db import connections, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.test import AsyncClient
from django.urls import path

from members.models import Member
from tenants.context import TenantMissing, current_tenant, current_tenant_or_none, tenant_context
from tenants.models import Tenant

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]

ACMES = ["alice@acme.test", "bob@acme.test", "vera@acme.test"]
GLOBEXES = ["charlie@globex.test"]


async def emails() -> list[str]:
    await asyncio.sleep(0)  # others take their turn
    return [email async for email in Member.objects.order_by("email").values_list("email", flat=True)]


@transaction.non_atomic_requests
async def members(request: HttpRequest) -> HttpResponse:
    await cache.aset("seen", current_tenant().slug)
    both = await asyncio.gather(emails(), emails())
    return JsonResponse({"members": both[0], "again": both[1], "cached": await cache.aget("seen")})


@transaction.non_atomic_requests
async def streamed(request: HttpRequest) -> StreamingHttpResponse:
    async def lines() -> AsyncIterator[str]:
        for email in await emails():
            yield f"{current_tenant().slug} {email}\n"

    return StreamingHttpResponse(lines())


def streamed_by_a_thread(request: HttpRequest) -> StreamingHttpResponse:
    def lines() -> Iterator[str]:
        for email in Member.objects.order_by("email").values_list("email", flat=True):
            yield f"{current_tenant().slug} {email}\n"

    return StreamingHttpResponse(lines())


@transaction.non_atomic_requests
async def failing(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError


urlpatterns = [
    path("members", members),
    path("streamed", streamed),
    path("streamed-by-a-thread", streamed_by_a_thread),
    path("failing", failing),
]


def get(address: str, host: str, **options: Any) -> Any:
    """The answer of the whole project as ASGI serves it. The client's own `Host` cannot be replaced."""
    return async_to_sync(AsyncClient(**options).get)(address, headers={"x-forwarded-host": host})


async def body_of(response: Any) -> str:
    return "".join([part.decode() async for part in response])


def test_an_async_view_works_for_the_tenant_of_the_host() -> None:
    for host, own in (("acme", ACMES), ("globex", GLOBEXES)):
        answer = get("/members", f"{host}.localhost").json()
        assert answer == {"members": own, "again": own, "cached": host}
    assert current_tenant_or_none() is None


def test_an_async_view_at_nobodys_host_is_refused() -> None:
    with pytest.raises(TenantMissing):
        get("/members", "localhost")


def test_the_context_ends_with_a_view_that_fails() -> None:
    assert get("/failing", "acme.localhost", raise_request_exception=False).status_code == 500
    assert current_tenant_or_none() is None


def test_requests_at_the_same_time_keep_their_own() -> None:
    async def ask() -> list[Any]:
        client = AsyncClient()
        hosts = ["acme.localhost", "globex.localhost"] * 5
        return await asyncio.gather(*(client.get("/members", headers={"x-forwarded-host": host}) for host in hosts))

    answers = [answer.json()["members"] for answer in async_to_sync(ask)()]
    assert answers == [ACMES, GLOBEXES] * 5


@pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume synchronous iterators")
@pytest.mark.parametrize("address", ["/streamed", "/streamed-by-a-thread"])
def test_a_body_that_is_streamed_later_is_made_for_its_tenant(address: str) -> None:
    async def ask() -> tuple[str, str]:
        client = AsyncClient()
        acmes = await client.get(address, headers={"x-forwarded-host": "acme.localhost"})
        globexes = await client.get(address, headers={"x-forwarded-host": "globex.localhost"})
        return await body_of(globexes), await body_of(acmes)

    globexes, acmes = async_to_sync(ask)()
    assert acmes.splitlines() == [f"acme {email}" for email in ACMES]
    assert globexes.splitlines() == [f"globex {email}" for email in GLOBEXES]


def test_coroutines_of_several_tenants_take_turns(acme: Tenant, globex: Tenant) -> None:
    async def work(tenant: Tenant) -> list[str]:
        async with tenant_context(tenant):
            return await emails()

    async def all_of_them() -> list[list[str]]:
        return await asyncio.gather(*(work(tenant) for tenant in (acme, globex) * 5))

    assert async_to_sync(all_of_them)() == [ACMES, GLOBEXES] * 5


def test_a_coroutine_writes_for_its_tenant(acme: Tenant, globex: Tenant) -> None:
    async def work() -> tuple[list[str], list[str]]:
        async with tenant_context(globex):
            await Member.objects.acreate(pk=99, name="Dora", email="dora@globex.test")
            async with tenant_context(acme):
                acmes = await emails()
            return acmes, await emails()

    assert async_to_sync(work)() == (ACMES, [*GLOBEXES, "dora@globex.test"])


def test_a_thread_of_async_code_works_for_its_tenant(acme: Tenant) -> None:
    async def work() -> int:
        async with tenant_context(acme):
            return await sync_to_async(Member.objects.count)()

    assert async_to_sync(work)() == 3


@pytest.mark.parametrize("run", [emails, partial(cache.aset, "x", 1)])
def test_async_code_without_a_tenant_is_refused(run: Callable[[], Awaitable[object]]) -> None:
    async def work() -> None:
        await run()

    with pytest.raises(TenantMissing):
        async_to_sync(work)()


def test_a_thread_that_nobody_told_is_refused(acme: Tenant) -> None:
    """A thread or an executor of your own starts without a tenant: it has to enter one."""

    def count() -> int:
        try:
            return Member.objects.count()
        finally:
            connections.close_all()

    async def work() -> int:
        async with tenant_context(acme):
            pool = ThreadPoolExecutor(1)
            return await cast(Awaitable[int], asyncio.get_running_loop().run_in_executor(pool, count))

    with pytest.raises(TenantMissing):
        async_to_sync(work)()
