"""Ways that the application's connections take to the database: tests and benchmarks lead them through pools."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from io import StringIO
from typing import Any, TypeVar

from django.core.management import call_command
from django.core.signals import request_finished
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.postgresql.base import DatabaseWrapper

from dev import pgbouncer
from tenants.isolation.databases import alias_of
from tenants.models import Tenant

R = TypeVar("R")

Way = AbstractContextManager[None]


def through_pool(size: int, **options: Any) -> Way:
    """Connections opened inside come from a pool of so many in this process; `options` are psycopg_pool's."""
    pool = {"min_size": 0, "max_size": size, "num_workers": 1, **options}
    return _changed({"CONN_MAX_AGE": 0, "OPTIONS": {"pool": pool}})


@contextmanager
def through_pgbouncer(size: int, **settings: object) -> Iterator[None]:
    """Connections opened inside lead through a PgBouncer in transaction mode, with so many to each database and role.

    It knows the tenants that there are now. `settings` are those of pgbouncer.ini.
    """
    users = StringIO()
    call_command("pgbouncer_users", stdout=users)
    direct = connections.settings[DEFAULT_DB_ALIAS]
    host, port = direct["HOST"] or "127.0.0.1", int(direct["PORT"] or 5432)
    with (
        pgbouncer.running(host, port, users.getvalue(), default_pool_size=size, **settings) as own_port,
        _changed({"HOST": "127.0.0.1", "PORT": own_port}),
    ):
        yield


@contextmanager
def _changed(settings: dict[str, Any]) -> Iterator[None]:
    """Every connection of the application that is opened inside, tenants' own included, is opened with these."""
    default = connections[DEFAULT_DB_ALIAS]
    before = {name: default.settings_dict[name] for name in settings}
    default.close()
    default.settings_dict.update(settings)
    try:
        yield
    finally:
        default.close()
        _close_pools()
        default.settings_dict.update(before)


def _close_pools() -> None:
    pools: dict[str, Any] = DatabaseWrapper._connection_pools  # type: ignore[attr-defined]
    while pools:
        pools.popitem()[1].close()


def in_threads(number: int, function: Callable[[Tenant], R], tenants: Sequence[Tenant]) -> list[R]:
    """Call the function for each tenant of the list, as so many threads of a web process would for requests."""

    def serve(share: Sequence[Tenant]) -> list[R]:
        try:
            return [_as_request(function, tenant) for tenant in share]
        finally:
            close(share)

    with ThreadPoolExecutor(number) as threads:
        shares = threads.map(serve, [tenants[first::number] for first in range(number)])
        return [result for share in shares for result in share]


def _as_request(function: Callable[[Tenant], R], tenant: Tenant) -> R:
    try:
        return function(tenant)
    finally:
        request_finished.send(None)


def close(tenants: Iterable[Tenant]) -> None:
    """Close this thread's connections, those to the tenants' own databases included."""
    for alias in {DEFAULT_DB_ALIAS, *map(alias_of, tenants)}:
        connections[alias].close()
