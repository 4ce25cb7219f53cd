"""The current tenant: one context variable, and the only truth about it.

Nobody sets a tenant on a connection. What the database must know is derived from this variable at the moment a
statement is sent, so threads, coroutines, nested contexts and pooled connections cannot carry a stale tenant.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable, Generator, Iterable, Iterator
from contextlib import ContextDecorator
from contextvars import ContextVar, Token
from functools import wraps
from inspect import isasyncgenfunction, iscoroutinefunction, isgeneratorfunction
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from .models import Tenant

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")

_current: ContextVar[Tenant | None] = ContextVar("tenant", default=None)


class TenantMissing(RuntimeError):
    """Something that belongs to a tenant was asked for while no tenant was current."""

    def __init__(self, what: str = "This") -> None:
        super().__init__(f"{what} needs a tenant: run it inside `with tenant_context(tenant):`.")


def current_tenant_or_none() -> Tenant | None:
    """The tenant that the running code works for, or None."""
    return _current.get()


def current_tenant() -> Tenant:
    """The tenant that the running code works for. Raises TenantMissing where there is none."""
    tenant = _current.get()
    if tenant is None:
        raise TenantMissing
    return tenant


def current_tenant_id() -> int | None:
    """The current tenant's id, or None: the default of a new row's tenant."""
    tenant = _current.get()
    return None if tenant is None else tenant.pk


class tenant_context(ContextDecorator):  # noqa: N801  (reads as a statement, like Django's `atomic`)
    """Work for one tenant: `with`, `async with`, or a decorator of any kind of function.

    Contexts nest, and leaving one, by an exception too, brings the one before back. `None` means no tenant.

    Do not `yield` inside a `with` in a generator: the tenant would stay current in whoever consumes it. Decorate the
    generator function instead.
    """

    def __init__(self, tenant: Tenant | None) -> None:
        self.tenant = tenant
        self._tokens: list[Token[Tenant | None]] = []

    def _recreate_cm(self) -> tenant_context:
        return tenant_context(self.tenant)  # each running call of a decorated function has its own

    def __enter__(self) -> Tenant | None:
        self._tokens.append(_current.set(self.tenant))
        return self.tenant

    def __exit__(self, *exc_info: object) -> None:
        _current.reset(self._tokens.pop())

    async def __aenter__(self) -> Tenant | None:
        return self.__enter__()

    async def __aexit__(self, *exc_info: object) -> None:
        self.__exit__()

    def __call__(self, function: F) -> F:
        if iscoroutinefunction(function):
            return cast(F, self._coroutine(function))
        if isgeneratorfunction(function):
            return cast(F, wraps(function)(lambda *args, **kwargs: each_as(self.tenant, function(*args, **kwargs))))
        if isasyncgenfunction(function):
            return cast(F, wraps(function)(lambda *args, **kwargs: aeach_as(self.tenant, function(*args, **kwargs))))
        return super().__call__(function)

    def _coroutine(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        async def inside(*args: Any, **kwargs: Any) -> Any:
            async with tenant_context(self.tenant):
                return await function(*args, **kwargs)

        return inside


def each_as(tenant: Tenant | None, items: Iterable[T]) -> Iterator[T]:
    """The same items, each of them made as the tenant; what the consumer does between two is none of the tenant's.

    A generator that is left early is closed as the tenant, too.
    """
    iterator = iter(items)
    try:
        while True:
            with tenant_context(tenant):
                try:
                    item = next(iterator)
                except StopIteration:
                    return
            yield item
    finally:
        with tenant_context(tenant):
            if isinstance(iterator, Generator):
                iterator.close()


async def aeach_as(tenant: Tenant | None, items: AsyncIterable[T]) -> AsyncIterator[T]:
    """`each_as` for what is iterated with `async for`."""
    iterator = aiter(items)
    try:
        while True:
            with tenant_context(tenant):
                try:
                    item = await anext(iterator)
                except StopAsyncIteration:
                    return
            yield item
    finally:
        with tenant_context(tenant):
            if isinstance(iterator, AsyncGenerator):
                await iterator.aclose()
