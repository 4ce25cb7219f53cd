"""What tells that a tenant's database has what the code needs: a hash of the migrations that were applied to it."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db.migrations.loader import MigrationLoader

from .backend import schema

Key = tuple[str, str]
"""A migration: its app and its name."""


@cache
def needed() -> frozenset[Key]:
    """The tenant apps' migrations that the code has, those that a squashed one stands for included."""
    migrations = _of_tenants(_loader().disk_migrations)
    replaced = (key for key in migrations for key in _loader().disk_migrations[key].replaces)
    return frozenset(migrations).union(replaced)


@cache
def current_version() -> str:
    """The version of a database that has all of them."""
    return version_of(needed())


def version_of(applied: Iterable[Key]) -> str:
    """The hash of what is applied to a database; what is not a tenant app's does not count."""
    return _hash(f"{app}.{name}" for app, name in _of_tenants(applied))


@cache
def source_version() -> str:
    """The hash of what makes the tables: the migrations' files, and the schema editor with its grants.

    In development a migration of the same name may come to stand for another content.
    """
    modules = {
        inspect.getmodule(type(_loader().disk_migrations[key])) for key in needed() & {*_loader().disk_migrations}
    }
    return _hash(inspect.getsource(module) for module in [schema, *modules] if module)


@cache
def _loader() -> MigrationLoader:
    return MigrationLoader(None, ignore_no_migrations=True)


def _of_tenants(migrations: Iterable[Any]) -> list[Key]:
    return [key for key in migrations if key[0] in settings.TENANT_APPS]


def _hash(texts: Iterable[str]) -> str:
    return sha256("\n".join(sorted(texts)).encode()).hexdigest()[:32]
