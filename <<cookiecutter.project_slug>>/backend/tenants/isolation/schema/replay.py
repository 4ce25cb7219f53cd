"""What Django ran to migrate one schema, run in others as one message each.

Django takes tens of milliseconds and more to migrate a schema, most of it to ask the catalogue and to build models.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.conf import settings
from django.db.migrations import Migration, RunPython, SeparateDatabaseAndState
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from psycopg.sql import SQL, Identifier, Literal

from tenants.executor import Executor

from .backend.base import LOCK_TIMEOUT, DatabaseWrapper

Key = tuple[str, str]
"""A migration: its app and its name."""


@cache
def wanted() -> frozenset[Key]:
    """The migrations that a tenant's schema must have. They are read once: a process keeps the code it began with."""
    graph = MigrationLoader(None).graph
    return frozenset(key for leaf in _leaves(graph) for key in graph.forwards_plan(leaf))


@contextmanager
def recording(owner: DatabaseWrapper) -> Iterator[list[str]]:
    """The statements that schema editors run over this connection, inside the block."""
    statements: list[str] = []
    owner.recorded = statements
    try:
        yield statements
    finally:
        owner.recorded = None


def migrate(owner: DatabaseWrapper, statements: list[str]) -> str | None:
    """Migrate the connection's schema with Django's executor.

    `statements` are those recorded on the connection. Returns what to run in schemas that had the same migrations
    applied as this one, or None where these must be migrated in the same way: if Python is to run, or statements that
    stand in no transaction.
    """
    executor = Executor(owner)
    before = set(executor.loader.applied_migrations)
    targets = _leaves(executor.loader.graph)
    plan = executor.migration_plan(targets)
    executor.migrate(targets, plan)
    if not all(_is_replayable(migration) for migration, _ in plan):
        return None
    recorded = _record(set(executor.recorder.applied_migrations()) - before)
    return "\n;\n".join([*statements, *recorded])


def run(owner: DatabaseWrapper, schema: str, batch: str) -> None:
    """Run the batch in the schema: one message, which PostgreSQL takes for one transaction."""
    head = SQL("SET LOCAL search_path TO {}, public; SET LOCAL lock_timeout TO {};")
    with owner.cursor() as cursor:
        text = head.format(Identifier(schema), Literal(LOCK_TIMEOUT)).as_string(cursor.connection)
        cursor.execute(text + batch)


def _leaves(graph: Any) -> list[Key]:
    return [leaf for leaf in graph.leaf_nodes() if leaf[0] in settings.TENANT_APPS]


def _is_replayable(migration: Migration) -> bool:
    return bool(migration.atomic) and _are_known(migration.operations)


def _are_known(operations: Iterable[Operation]) -> bool:
    """Are they all Django's own, and do nothing but run statements? What others do is not known."""
    return all(
        _are_known(operation.database_operations)
        if isinstance(operation, SeparateDatabaseAndState)
        else type(operation).__module__.startswith("django.") and not isinstance(operation, RunPython)
        for operation in operations
    )


def _record(migrations: Iterable[Key]) -> list[str]:
    insert = SQL("INSERT INTO django_migrations (app, name, applied) VALUES ({}, {}, now())")
    return [insert.format(Literal(app), Literal(name)).as_string() for app, name in sorted(migrations)]
