"""Databases for the time of a benchmark: made and dropped by the owner, never a developer's own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from django.core.management import call_command
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.sql import SQL, Identifier

from benchmarks.isolation.places import remove_places

ADDRESSES = {"default": "DATABASE_URL", "owner": "DATABASE_OWNER_URL"}


@contextmanager
def database() -> Iterator[None]:
    """A new and migrated database behind the aliases `default` and `owner`, and in the addresses of child processes."""
    before = {alias: connections[alias].settings_dict["NAME"] for alias in ADDRESSES}
    name = f"bench_{before['default']}"
    _lead_to(dict.fromkeys(ADDRESSES, name))
    try:
        _drop(name)
        _create(name)
        yield from _migrated(name)
    finally:
        _lead_to(before)


def _migrated(name: str) -> Iterator[None]:
    try:
        remove_places()  # which a killed run may have left
        call_command("migrate", verbosity=0)
        yield
    finally:
        connections.close_all()
        remove_places()
        connections.close_all()
        _drop(name)


@contextmanager
def copied(suffix: str, original: str | None = None) -> Iterator[str]:
    """A copy of the scratch database, or of another copy, as it is now. Yields its name."""
    scratch = str(connections["owner"].settings_dict["NAME"])
    name = f"{scratch}_{suffix}"
    connections.close_all()
    _drop(name)
    _create(name, template=original or scratch)
    try:
        yield name
    finally:
        connections.close_all()
        _drop(name)


@contextmanager
def connected(
    wrapper: type[BaseDatabaseWrapper], name: str | None = None, alias: str = "default", **options: str
) -> Iterator[Any]:
    """A connection by a backend of one's choice, with the settings and the role of the alias, and further options.

    It leads to the scratch database, or to the one that is named.
    """
    usual = connections[alias].settings_dict
    changed = {"NAME": name or usual["NAME"], "OPTIONS": {**usual["OPTIONS"], **options}}
    connection = wrapper({**usual, **changed}, alias)
    try:
        yield connection
    finally:
        connection.close()


def as_owner(name: str, *statements: str) -> None:
    """Run statements in the database as the owner."""
    with connected(type(connections["owner"]), name, "owner") as owner, owner.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _lead_to(names: dict[str, str]) -> None:
    for alias, name in names.items():
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name
        variable = ADDRESSES[alias]
        os.environ[variable] = urlsplit(os.environ[variable])._replace(path=f"/{name}").geturl()


def _create(name: str, template: str = "template1") -> None:
    role = connections["default"].settings_dict["USER"]
    _run("CREATE DATABASE {} TEMPLATE {}", name, template)
    _run("GRANT CONNECT ON DATABASE {} TO {}", name, role)


def _drop(name: str) -> None:
    # Not WITH (FORCE), which a plain role is refused while autovacuum works there.
    _run("DROP DATABASE IF EXISTS {}", name)


def _run(statement: str, *names: str) -> None:
    with connections["owner"]._nodb_cursor() as cursor:
        cursor.execute(SQL(statement).format(*map(Identifier, names)))
