"""The current tenant: one context variable, and the only truth about it.

Nobody sets a tenant on a connection. What the database must know is derived from this variable at the moment a
statement is sent, so threads, coroutines, nested contexts and pooled connections cannot carry a stale tenant.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ContextDecorator
from contextvars import ContextVar, Token
from functools import wraps
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from .models import Tenant

F = TypeVar("F", bound=Callable[..., Any])

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
    """Work for one tenant: `with`, `async with`, or a decorator of a function or coroutine function.

    Contexts nest, and leaving one, by an exception too, brings the one before back. `None` means no tenant.
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
        if not iscoroutinefunction(function):
            return super().__call__(function)

        @wraps(function)
        async def inside(*args: Any, **kwargs: Any) -> Any:
            async with tenant_context(self.tenant):
                return await function(*args, **kwargs)

        return cast(F, inside)
