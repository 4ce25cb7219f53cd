"""Roles that see the rows of all tenants: by an attribute, or by policies of their own.

Only a superuser, or somebody who has it, can give BYPASSRLS away, which managed services mostly do not allow. A policy
for one role lets nobody else through, and the application's plans do not change.
"""

from typing import Any

from django.db import connections
from psycopg.sql import SQL, Identifier

from tenants.findings import tables

OWNER_ATTRIBUTES = ""

_LACKING = """
SELECT relname FROM pg_class c
WHERE relnamespace = 'public'::regnamespace AND relname = ANY(%s)
  AND NOT EXISTS (SELECT FROM pg_policy WHERE polrelid = c.oid AND polname = %s)
"""


def schemas(owner: Any) -> list[str]:
    """The schemas with tables."""
    return ["public"]


def reach_all_tenants(owner: Any, role: str, name: str, *, bypasses: bool) -> str:
    """Let maintenance or backup see the rows of all tenants, over a connection of the owner's. Returns how."""
    if bypasses:
        return f"{role}: sees all tenants' rows, by BYPASSRLS"
    made = _let_through(owner, role, name)
    if not made and not _any_table(owner):
        return f"{role}: sees no tenant's row yet, as the tables are not there. Run this once more after `migrate`"
    return f"{role}: sees all tenants' rows, by policies of its own"


def extend() -> None:
    """After a migration: give new tables of tenants the policies of maintenance and backup that the others have."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT polname, rolname FROM pg_policy JOIN pg_roles r ON polroles = ARRAY[r.oid] "
            "WHERE polname IN ('maintenance', 'backup')"
        )
        for policy, role in cursor.fetchall():
            _let_through(cursor, policy, role)


def _let_through(owner: Any, policy: str, role: str) -> list[str]:
    lacking = [table for (table,) in owner.execute(_LACKING, [tables(of_tenants=True), policy]).fetchall()]
    rights = "SELECT" if policy == "backup" else "ALL"
    for table in lacking:
        statement = SQL(f"CREATE POLICY {{}} ON {{}} FOR {rights} TO {{}} USING (true)")
        owner.execute(statement.format(Identifier(policy), Identifier(table), Identifier(role)))
    return lacking


def _any_table(owner: Any) -> bool:
    return bool(owner.execute("SELECT 1 FROM pg_class WHERE relname = ANY(%s)", [tables(of_tenants=True)]).fetchone())
