"""Bringing all tenants' places up to date."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed

from django.db import connections

from tenants.models import Tenant

from . import servers
from .owner import on_server
from .provisioning import migrate_database, note_version
from .template import renew_template
from .versions import current_version


def migrate_fleet(
    tenants: Sequence[Tenant], *, parallel: int, report: Callable[[Tenant, Exception | None], None]
) -> None:
    """Migrate each tenant's place, `parallel` at a time, over two connections each; first the template of new ones.

    A database whose version is the code's is not visited. Each tenant is reported once, from the calling thread: with
    None, or with what went wrong. The others go on.
    """
    for server_name in servers.names():
        with on_server(server_name) as server:
            renew_template(server)
    behind = [tenant for tenant in tenants if tenant.version != current_version()]
    for tenant in tenants:
        if tenant not in behind:
            report(tenant, None)
    with ThreadPoolExecutor(parallel) as pool:
        futures = {pool.submit(_migrate, tenant): tenant for tenant in behind}
        for future in as_completed(futures):
            _note(futures[future], future, report)


def _migrate(tenant: Tenant) -> str:
    try:
        return migrate_database(tenant)
    finally:
        connections.close_all()


def _note(tenant: Tenant, future: Future[str], report: Callable[[Tenant, Exception | None], None]) -> None:
    try:
        note_version(tenant, future.result())
    except Exception as error:
        report(tenant, error)
    else:
        report(tenant, None)
