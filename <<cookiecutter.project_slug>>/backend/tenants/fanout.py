"""The same for every tenant."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import DEFAULT_DB_ALIAS, connections

from .context import tenant_context
from .isolation.databases import alias_of
from .models import Status, Tenant

R = TypeVar("R")


def active_tenants() -> list[Tenant]:
    """Every tenant that work is done for, the oldest first."""
    return list(Tenant.objects.filter(status=Status.ACTIVE).order_by("pk"))


def for_each_tenant(
    function: Callable[[Tenant], R], *, tenants: Iterable[Tenant] | None = None, parallel: int = 1
) -> dict[Tenant, R]:
    """Call the function once for each tenant, as that tenant, and give what it returned.

    `tenants` are all active ones unless said otherwise. With `parallel` above 1, so many threads share the work, each
    with database connections of its own: what they write is no part of the caller's transaction. An exception keeps
    no other tenant from its turn: ExceptionGroup tells at the end what went wrong and, in notes, for whom.
    """
    chosen = active_tenants() if tenants is None else list(tenants)
    results: dict[Tenant, R] = {}
    errors: list[Exception] = []

    def serve(tenant: Tenant) -> None:
        try:
            with tenant_context(tenant):
                results[tenant] = function(tenant)
        except Exception as error:
            error.add_note(f"This happened for the tenant '{tenant.slug}'.")
            errors.append(error)

    if parallel == 1:
        for tenant in chosen:
            serve(tenant)
    else:
        _in_threads(serve, chosen, parallel)
    if errors:
        raise ExceptionGroup(f"{len(errors)} of {len(chosen)} tenants failed", errors)
    return results


def _in_threads(serve: Callable[[Tenant], None], tenants: Sequence[Tenant], number: int) -> None:
    def work(share: Sequence[Tenant]) -> None:
        try:
            for tenant in share:
                serve(tenant)
                _close(alias_of(tenant))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(number, thread_name_prefix="tenants") as pool:
        list(pool.map(work, (tenants[first::number] for first in range(number))))


def _close(alias: str) -> None:
    """Close a connection that serves one tenant alone; the thread has no more use for it."""
    if alias != DEFAULT_DB_ALIAS:
        connections[alias].close()
