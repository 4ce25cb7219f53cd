"""The current tenant: nesting, exceptions, decorators, threads and coroutines."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Thread

import pytest
from asgiref.sync import async_to_sync, sync_to_async

from tenants.context import TenantMissing, aeach_as, current_tenant, current_tenant_or_none, each_as, tenant_context
from tenants.models import Tenant

ACME, GLOBEX = Tenant(pk=1, slug="acme"), Tenant(pk=2, slug="globex")


def test_there_is_no_tenant_at_first() -> None:
    assert current_tenant_or_none() is None
    with pytest.raises(TenantMissing, match="needs a tenant"):
        current_tenant()


def test_contexts_nest() -> None:
    seen = []
    with tenant_context(ACME):
        with tenant_context(GLOBEX):
            seen.append(current_tenant())
            with tenant_context(None):
                seen.append(current_tenant_or_none())
        seen.append(current_tenant())
    assert [*seen, current_tenant_or_none()] == [GLOBEX, None, ACME, None]


def test_one_instance_can_be_entered_twice() -> None:
    context = tenant_context(ACME)
    with context, tenant_context(GLOBEX), context:
        assert current_tenant() == ACME
    assert current_tenant_or_none() is None


def test_an_exception_brings_the_one_before_back() -> None:
    with tenant_context(ACME):
        with pytest.raises(ZeroDivisionError), tenant_context(GLOBEX):
            1 / 0  # noqa: B018
        assert current_tenant() == ACME


def test_it_decorates_a_function() -> None:
    @tenant_context(ACME)
    def slug(again: bool) -> list[str]:
        return [current_tenant().slug, *(slug(again=False) if again else [])]

    assert slug(again=True) == ["acme", "acme"]
    assert current_tenant_or_none() is None


def test_it_decorates_a_coroutine_function() -> None:
    @tenant_context(ACME)
    async def slug() -> str:
        await asyncio.sleep(0)
        return current_tenant().slug

    assert asyncio.run(slug()) == "acme"


def test_coroutines_that_take_turns_keep_their_own() -> None:
    async def work(tenant: Tenant) -> list[str]:
        async with tenant_context(tenant):
            seen = []
            for _ in range(5):
                await asyncio.sleep(0)
                seen.append(current_tenant().slug)
            return seen

    async def both() -> list[list[str]]:
        return await asyncio.gather(*(work(tenant) for tenant in (ACME, GLOBEX) * 5))

    assert asyncio.run(both()) == [["acme"] * 5, ["globex"] * 5] * 5


def test_a_new_thread_has_no_tenant() -> None:
    seen: list[Tenant | None] = []
    with tenant_context(ACME):
        thread = Thread(target=lambda: seen.append(current_tenant_or_none()))
        thread.start()
        thread.join()
    assert seen == [None]


def test_neither_has_a_thread_of_a_pool() -> None:
    with tenant_context(ACME), ThreadPoolExecutor(1) as pool:
        assert pool.submit(current_tenant_or_none).result() is None


def test_async_code_and_sync_code_hand_it_on() -> None:
    """Through the threads of `sync_to_async` and back through `async_to_sync`, as Django under ASGI does."""

    async def inner() -> str:
        return current_tenant().slug

    async def outer() -> tuple[str, Tenant | None]:
        async with tenant_context(ACME):
            seen = await sync_to_async(async_to_sync(inner))()
        return seen, await sync_to_async(current_tenant_or_none)()

    assert asyncio.run(outer()) == ("acme", None)


def test_what_a_thread_of_async_code_enters_ends_there() -> None:
    def visit_globex() -> str:
        with tenant_context(GLOBEX):
            return current_tenant().slug

    async def both() -> tuple[str, str]:
        async with tenant_context(ACME):
            return await sync_to_async(visit_globex)(), current_tenant().slug

    assert asyncio.run(both()) == ("globex", "acme")


def test_a_task_keeps_the_tenant_it_was_started_as() -> None:
    async def later() -> str:
        await asyncio.sleep(0)
        return current_tenant().slug

    async def start() -> str:
        async with tenant_context(ACME):
            task = asyncio.create_task(later())
        async with tenant_context(GLOBEX):
            return await task

    assert asyncio.run(start()) == "acme"


def test_a_cancelled_coroutine_brings_the_one_before_back() -> None:
    async def wait() -> None:
        async with tenant_context(GLOBEX):
            await asyncio.sleep(60)

    async def start() -> str:
        async with tenant_context(ACME):
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(wait(), 0.01)
            return current_tenant().slug

    assert asyncio.run(start()) == "acme"


def slugs(seen: list[Tenant | None]) -> Iterator[str]:
    try:
        while True:
            yield current_tenant().slug
    finally:
        seen.append(current_tenant_or_none())


async def aslugs(seen: list[Tenant | None]) -> AsyncIterator[str]:
    for slug in slugs(seen):
        yield slug


def test_a_decorated_generator_works_for_its_tenant_and_its_consumer_does_not() -> None:
    closed_as: list[Tenant | None] = []
    items = tenant_context(ACME)(slugs)(closed_as)
    with tenant_context(GLOBEX):
        seen = [(next(items), current_tenant()) for _ in range(2)]
        items.close()  # type: ignore[attr-defined]
    assert seen == [("acme", GLOBEX)] * 2
    assert closed_as == [ACME]


def test_a_decorated_async_generator_works_for_its_tenant_and_its_consumer_does_not() -> None:
    async def consume() -> list[tuple[str, Tenant | None]]:
        items = tenant_context(ACME)(aslugs)([])
        async with tenant_context(GLOBEX):
            return [(await anext(items), current_tenant_or_none()) for _ in range(2)]

    assert asyncio.run(consume()) == [("acme", GLOBEX)] * 2


def test_an_async_generator_that_is_left_early_is_closed_as_its_tenant() -> None:
    closed_as: list[Tenant | None] = []

    @tenant_context(ACME)
    async def items() -> AsyncIterator[int]:
        try:
            yield 1
        finally:
            closed_as.append(current_tenant_or_none())

    async def consume() -> None:
        made = items()
        await anext(made)
        await made.aclose()  # type: ignore[attr-defined]

    asyncio.run(consume())
    assert closed_as == [ACME]


def test_each_as_ends_where_the_items_end() -> None:
    async def consume() -> list[int]:
        async def numbers() -> AsyncIterator[int]:
            yield 1
            yield 2

        return [number async for number in aeach_as(ACME, numbers())]

    assert list(each_as(ACME, [1, 2])) == [1, 2]
    assert asyncio.run(consume()) == [1, 2]
    assert current_tenant_or_none() is None
