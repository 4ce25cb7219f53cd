"""The search path in each message, against one that is fixed and against the library's own way."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import AbstractContextManager, ExitStack
from importlib.metadata import version
from statistics import median
from typing import Any

from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper
from django_tenants.postgresql_backend import base as stock
from psycopg.sql import SQL, Identifier

from accounts.models import TokenFamily
from benchmarks import scratch, sign_ups
from benchmarks.audit import audit, audit_time
from benchmarks.commands import wall_time
from benchmarks.figures import Figure
from benchmarks.requests import KINDS, PLAIN, Way, log_in, more_messages, served
from benchmarks.sign_ups import sign_up
from benchmarks.timing import interleaved, ratio
from benchmarks.world import new_user
from tenants.isolation import provisioning
from tenants.models import Tenant

TENANTS = 500
"""How many are migrated."""
ASKED = 10
"""So many of them are asked for contacts."""
ROWS = 1_000


def measure(tenants: int, rounds: int) -> list[Figure]:
    """All figures, in the scratch database, which has at least so many tenants at the end."""
    login = log_in(new_user())
    asked = [sign_up() for _ in range(ASKED)]
    figures = [*_overhead(login, asked, rounds), *audit()]
    figures += sign_ups.figures(sign_ups.measure(_by_migrate), "the project's tables", at_most=0.4)
    while Tenant.objects.count() < tenants:
        sign_up()
    figures += [Figure(f"check_isolation with {tenants} schemas", audit_time(), "ms"), *_fleet(tenants)]
    more = sign_ups.measure_with_more_tables()
    return figures + sign_ups.figures(more, "with 60 tables more", at_least=5)


def print_sign_ups() -> None:
    """For another process to read."""
    print(json.dumps(sign_ups.measure(_by_migrate)))


def _by_migrate(tenant: Tenant) -> None:
    provisioning._batches.clear()  # as if it was the first of its process
    provisioning.provision(tenant)


def _overhead(login: TokenFamily, tenants: Sequence[Tenant], rounds: int) -> list[Figure]:
    """The same requests, to the same tables."""
    _fill(tenants)
    with (
        served() as handler,
        served("benchmarks.isolation.stock.SetTenant") as setting,
        scratch.connected(stock.DatabaseWrapper) as by_library,
        ExitStack() as opened,
    ):
        fixed = {tenant: opened.enter_context(_fixed(tenant)) for tenant in tenants}
        ours = Way(handler, login, lambda tenant: connections["default"])
        plain = Way(handler, login, lambda tenant: fixed[tenant], PLAIN)
        library = Way(setting, login, lambda tenant: by_library, PLAIN)
        return [figure for kind in KINDS for figure in _against(ours, plain, library, kind, tenants, rounds)]


def _fixed(tenant: Tenant) -> AbstractContextManager[Any]:
    """A plain connection, which looks into this schema."""
    return scratch.connected(DatabaseWrapper, options=f"-c search_path={tenant.schema_name},public")


def _against(ours: Way, plain: Way, library: Way, kind: str, tenants: Sequence[Tenant], rounds: int) -> list[Figure]:
    ways = {"ours": ours, "plain": plain, "library": library}
    taken = interleaved({name: way.requests(kind, tenants) for name, way in ways.items()}, rounds)
    name = f"{kind}: the same of django-tenants {version('django-tenants')}"
    return [
        Figure(f"{kind}: against a fixed search_path", ratio(taken["ours"], taken["plain"]), "x", at_most=1.08),
        Figure(name, ratio(taken["library"], taken["plain"]), "x"),
        *more_messages(kind, tenants[0], ours, plain),
    ]


def _fill(tenants: Sequence[Tenant]) -> None:
    with connections["owner"].cursor() as cursor:
        for tenant in tenants:
            cursor.execute(SQL(_INSERT).format(Identifier(tenant.schema_name)), [ROWS])
        cursor.execute("VACUUM ANALYZE")


_INSERT = """
INSERT INTO {}.contacts_contact (id, name, email, phone, company, created_at, updated_at)
SELECT lpad(to_hex(n), 32, '0')::uuid, 'Person ' || n, 'person' || n || '@example.com', '', 'Company ' || n %% 97,
       now() - n * interval '1 minute', now()
FROM generate_series(1, %s) n
"""


def _fleet(tenants: int) -> list[Figure]:
    """`migrate_tenants`, the whole command."""
    idle = median(wall_time("migrate_tenants", "-v0") for _ in range(3))
    pending = wall_time("migrate_tenants", "-v0", settings_module="benchmarks.isolation.pending_settings")
    return [
        Figure(f"migrate {tenants} schemas, nothing to do", idle, "s", at_most=2),
        Figure(f"migrate {tenants} schemas, one pending migration", pending, "s", at_most=5),
    ]
