"""Row-Level Security and the tenant in each message, against a WHERE that was written by hand."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper

from accounts.models import TokenFamily, User
from benchmarks import scratch
from benchmarks.audit import audit
from benchmarks.figures import Figure
from benchmarks.requests import KINDS, PLAIN, Way, default_is, log_in, more_messages, served
from benchmarks.timing import interleaved, p95, ratio
from benchmarks.world import new_tenants, new_user
from tenants.models import Tenant

TENANTS = 10_000
"""How many there are where one looks at what many of them cost."""
FEW = 10
ROWS_EACH = 100
ASKED = 500
"""So many of the many are asked."""
ROUNDS_OF_P95 = 3
"""So many times more rounds, as of twenty requests one counts."""


def measure(tenants: int, rounds: int) -> list[Figure]:
    """All figures, each in a copy of the scratch database."""
    login = log_in(new_user())
    with served() as handler:
        return [*audit(), *_overhead(handler, login, rounds), *_scaling(handler, login, tenants, rounds)]


def _overhead(handler: WSGIHandler, login: TokenFamily, rounds: int) -> list[Figure]:
    """The same requests to a database as it is, and to one where nothing guards the rows."""
    with scratch.copied("guarded") as guarded:
        tenants = _fill(guarded, 50, 1_000)
        with scratch.copied("plain", guarded) as plain:
            scratch.as_owner(plain, _UNGUARD)
            with _connected(guarded) as connection, scratch.connected(DatabaseWrapper, plain) as baseline:
                ours = Way(handler, login, lambda tenant: connection)
                by_hand = Way(handler, login, lambda tenant: baseline, PLAIN)
                return [figure for kind in KINDS for figure in _against(ours, by_hand, kind, tenants, rounds)]


def _against(ours: Way, by_hand: Way, kind: str, tenants: list[Tenant], rounds: int) -> list[Figure]:
    asking, asking_by_hand = ours.requests(kind, tenants), by_hand.requests(kind, tenants)
    taken = interleaved({"ours": asking, "by hand": asking_by_hand}, rounds)
    return [
        Figure(f"{kind}: against a WHERE by hand, no RLS", ratio(taken["ours"], taken["by hand"]), "x", at_most=1.12),
        *more_messages(kind, tenants[0], ours, by_hand),
    ]


def _scaling(handler: WSGIHandler, login: TokenFamily, number: int, rounds: int) -> list[Figure]:
    """As many rows in all, of few tenants and of many."""
    with scratch.copied("few") as few, scratch.copied("many") as many:
        of_few = _fill(few, FEW, number * ROWS_EACH // FEW)
        of_many = _fill(many, number, ROWS_EACH)[:: max(1, number // ASKED)]
        with _connected(few) as to_few, _connected(many) as to_many:
            figures = []
            for kind in KINDS:
                calls = {
                    "few": Way(handler, login, lambda tenant: to_few).requests(kind, of_few),
                    "many": Way(handler, login, lambda tenant: to_many).requests(kind, of_many),
                }
                taken = interleaved(calls, ROUNDS_OF_P95 * rounds)
                times = p95(taken["many"]) / p95(taken["few"])
                figures.append(Figure(f"{kind}: p95 with {number:,} tenants against {FEW}", times, "x", at_most=1.15))
            return figures


def _connected(name: str) -> AbstractContextManager[Any]:
    return scratch.connected(type(connections["default"]), name)


def _fill(name: str, number: int, rows: int) -> list[Tenant]:
    """Make so many tenants in the database, and for each of them so many contacts. The user is a member of all."""
    with _connected(name) as connection, default_is(connection):
        tenants = new_tenants(number, User.objects.get())
    with scratch.connected(type(connections["owner"]), name, "owner") as owner, owner.cursor() as cursor:
        cursor.execute(_INDEXES)
        indexes = cursor.fetchall()
        for statement in (
            *(f"DROP INDEX {index}" for index, _ in indexes),
            "ALTER TABLE contacts_contact NO FORCE ROW LEVEL SECURITY",
            _INSERT.format(rows=rows),
            "ALTER TABLE contacts_contact FORCE ROW LEVEL SECURITY",
            *(definition for _, definition in indexes),
            "VACUUM ANALYZE",
        ):
            cursor.execute(statement)
    return tenants


# Made anew afterwards, which is quicker. Those that a constraint needs stay.
_INDEXES = """
SELECT indexrelid::regclass, pg_get_indexdef(indexrelid) FROM pg_index
WHERE indrelid = 'contacts_contact'::regclass AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
"""

_INSERT = """
INSERT INTO contacts_contact (id, tenant_id, name, email, phone, company, created_at, updated_at)
SELECT (lpad(to_hex(t.id), 16, '0') || lpad(to_hex(n), 16, '0'))::uuid, t.id,
       'Person ' || n, 'person' || n || '@example.com', '', 'Company ' || n % 97,
       now() - n * interval '1 minute', now()
FROM tenants_tenant t, generate_series(1, {rows}) n
"""

_UNGUARD = """
DROP POLICY tenant_isolation ON contacts_contact;
ALTER TABLE contacts_contact DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY
"""
