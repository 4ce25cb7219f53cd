"""A connection to a database of the tenant's own, against one database for everything."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle
from statistics import median
from typing import Any

from django.db import connections, router
from django.db.backends.postgresql.base import DatabaseWrapper

from accounts.models import TokenFamily
from benchmarks import scratch, sign_ups
from benchmarks.audit import audit
from benchmarks.figures import Figure
from benchmarks.requests import KINDS, PLAIN, Way, log_in, more_messages, served
from benchmarks.sign_ups import sign_up
from benchmarks.timing import interleaved, ratio, seconds
from benchmarks.world import new_tenants, new_user
from contacts.models import Contact
from tenants.context import tenant_context
from tenants.isolation.connections import close_old
from tenants.isolation.databases import alias_of, is_ready
from tenants.isolation.owner import as_owner, execute, on_server
from tenants.isolation.provisioning import let_in
from tenants.isolation.template import migrate_as_owner
from tenants.models import Tenant
from tenants.planes import tenant_models

TENANTS = 10_000
"""How many rows of tenants the control plane has."""
ASKED = 20
"""So many of them have a database, and are asked for contacts: as many as a thread keeps connections."""
ROWS = 1_000
TIMES, BATCHES = 250, 20


def measure(tenants: int, rounds: int) -> list[Figure]:
    """All figures, in the scratch database and those of its tenants."""
    user = new_user()
    login = log_in(user)
    asked = [sign_up() for _ in range(ASKED)]
    figures = audit()
    figures += sign_ups.figures(sign_ups.measure(_by_migrate), "the project's tables", at_most=0.15)
    new_tenants(tenants - Tenant.objects.count(), user)
    figures += [*_overhead(login, asked, rounds), _bookkeeping(asked, tenants)]
    more = sign_ups.measure_with_more_tables()
    return figures + sign_ups.figures(more, "with 60 tables more", at_least=5)


def print_sign_ups() -> None:
    """For another process to read."""
    print(json.dumps(sign_ups.measure(_by_migrate)))


def _by_migrate(tenant: Tenant) -> None:
    """Make the tenant's database empty, and then its tables."""
    with on_server(tenant.server) as server:
        execute(server, "CREATE DATABASE {} TEMPLATE template0", tenant.database)
        let_in(server, tenant)
    with as_owner(tenant.database, tenant.server) as owner:
        migrate_as_owner(owner)


def _overhead(login: TokenFamily, tenants: Sequence[Tenant], rounds: int) -> list[Figure]:
    """The same requests for the same rows."""
    for tenant in tenants:
        with as_owner(tenant.database, tenant.server) as owner:
            _fill(owner)
    with _single() as name, scratch.connected(DatabaseWrapper, name) as single, served() as handler:
        ours = Way(handler, login, lambda tenant: connections["default"])
        plain = Way(handler, login, lambda tenant: single, PLAIN)
        return [figure for kind in KINDS for figure in _against(ours, plain, kind, tenants, rounds)]


def _against(ours: Way, plain: Way, kind: str, tenants: Sequence[Tenant], rounds: int) -> list[Figure]:
    taken = interleaved({"ours": ours.requests(kind, tenants), "plain": plain.requests(kind, tenants)}, rounds)
    return [
        Figure(f"{kind}: against a single database", ratio(taken["ours"], taken["plain"]), "x", at_most=1.05),
        *more_messages(kind, tenants[0], ours, plain, connections[alias_of(tenants[0])]),
    ]


@contextmanager
def _single() -> Iterator[str]:
    """A copy of the control plane's database that has the tenant apps' tables as well, with a tenant's rows."""
    with scratch.copied("single") as name:
        with scratch.connected(type(connections["owner"]), name, "owner") as owner:
            with owner.schema_editor() as editor:
                for model in tenant_models():
                    editor.create_model(model)
            _fill(owner)
        yield name


def _fill(owner: Any) -> None:
    with owner.cursor() as cursor:
        cursor.execute(_INSERT, [ROWS])
        cursor.execute("VACUUM ANALYZE")


_INSERT = """
INSERT INTO contacts_contact (id, name, email, phone, company, created_at, updated_at)
SELECT lpad(to_hex(n), 32, '0')::uuid, 'Person ' || n, 'person' || n || '@example.com', '', 'Company ' || n %% 97,
       now() - n * interval '1 minute', now()
FROM generate_series(1, %s) n
"""


def _bookkeeping(tenants: Sequence[Tenant], number: int) -> Figure:
    """What a request has to do, beyond Django's own, to get at its tenant's connection and to look after all of them.

    As many are open as a thread keeps, and the message that shows that one is alive is not counted. What a batch takes
    longer than the best one is other work of the machine, as in Python's timeit.
    """
    turns = cycle(tenants)

    def request() -> None:
        close_old()
        tenant = next(turns)
        with tenant_context(tenant):
            is_ready(tenant)
            connections[router.db_for_read(Contact)].ensure_connection()
        close_old()

    for _ in tenants:
        request()
    best = min(median(seconds(request) for _ in range(TIMES)) for _ in range(BATCHES))
    return Figure(f"bookkeeping of a request, {number:,} tenants", 1e6 * best, "µs", at_most=20)
