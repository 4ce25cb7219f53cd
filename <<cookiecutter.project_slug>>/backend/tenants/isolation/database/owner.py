"""Working as the owner of the databases, and showing others that somebody is at work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import connections
from psycopg.sql import SQL, Identifier

from .aliases import OWNER, alias_on
from .connections import forget
from .names import control_plane

SHARED = "SELECT pg_advisory_lock_shared(hashtextextended(%s, 0))"
"""Held while somebody makes, moves or drops a place. The name of the place is the key."""
SHARED_UNTIL_COMMIT = "SELECT pg_advisory_xact_lock_shared(hashtextextended(%s, 0))"
EXCLUSIVE = "SELECT pg_advisory_lock(hashtextextended(%s, 0))"
EXCLUSIVE_OR_NOT = "SELECT pg_try_advisory_lock(hashtextextended(%s, 0))"
RELEASE_SHARED = "SELECT pg_advisory_unlock_shared(hashtextextended(%s, 0))"
RELEASE = "SELECT pg_advisory_unlock(hashtextextended(%s, 0))"


@contextmanager
def as_owner(database: str, server: str = "") -> Iterator[Any]:
    """A connection of the owner's to the database, closed at the end: a web process should not keep one."""
    connection = connections[alias_on(OWNER, database, server)]
    try:
        connection.ensure_connection()
        yield connection
    finally:
        forget(connection)


@contextmanager
def on_server(name: str) -> Iterator[Any]:
    """The owner, where databases and roles of the server are made and dropped: on '', in the control plane's."""
    database = settings.DATABASES.on(name, "owner")["NAME"] if name else control_plane()
    with as_owner(database, name) as server:
        yield server


def execute(server: Any, statement: str, *names: str) -> None:
    """Run a statement with names of databases and roles in the place of {}."""
    with server.cursor() as cursor:
        cursor.execute(SQL(statement).format(*map(Identifier, names)))


def rows(server: Any, query: str, *parameters: object) -> list[tuple[Any, ...]]:
    """All rows of the query."""
    with server.cursor() as cursor:
        cursor.execute(query, parameters or None)
        return list(cursor.fetchall())
