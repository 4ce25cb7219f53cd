"""The current tenant: nesting, exceptions, decorators, threads and coroutines."""

import asyncio
from threading import Thread

import pytest

from tenants.context import TenantMissing, current_tenant, current_tenant_or_none, tenant_context
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
