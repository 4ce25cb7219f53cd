"""The database roles of a deployment, made by somebody who need not be a superuser.

The owner migrates. The application reads and writes rows. Two more are made where their URL is set: maintenance, for
what reaches across tenants, and backup, which reads everything and changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import environ
import psycopg
from django.core.exceptions import ImproperlyConfigured
from psycopg.sql import SQL, Identifier, Literal

from .isolation import roles as isolation

READ_AND_WRITE = "SELECT, INSERT, UPDATE, DELETE"
READ = "SELECT"

URLS = {
    "app": "DATABASE_URL",
    "owner": "DATABASE_OWNER_URL",
    "maintenance": "DATABASE_MAINTENANCE_URL",
    "backup": "DATABASE_BACKUP_URL",
}

Report = Callable[[str], None]


def set_up(report: Report) -> None:
    """Make the database and the roles that the environment's URLs name, and give each its rights and its password.

    Connects as DATABASE_ADMIN_URL, which has to have CREATEROLE and CREATEDB, then as the owner. What is there already
    is kept, and brought into line. `report` is told each step. Raises ImproperlyConfigured.
    """
    env = environ.Env()
    wanted = {role: env.db_url(name) for role, name in URLS.items() if env.str(name, default="")}
    if not env.str("DATABASE_ADMIN_URL", default=""):
        raise ImproperlyConfigured("Set DATABASE_ADMIN_URL: as whom to make roles, with CREATEROLE and CREATEDB.")
    if missing := [URLS[role] for role in ("app", "owner") if role not in wanted]:
        raise ImproperlyConfigured(f"Set {' and '.join(missing)}: its role, its password and its database are made.")
    names = {role: str(url["USER"]) for role, url in wanted.items()}
    if len(set(names.values())) < len(names):
        raise ImproperlyConfigured("Each of the URLs needs a role of its own: one for two has the rights of both.")
    with _connected(env.db_url("DATABASE_ADMIN_URL")) as admin:
        for role, url in wanted.items():
            _make_role(admin, role, url, report)
        across = [role for role in ("maintenance", "backup") if role in names]
        bypassing = [role for role in across if _bypass(admin, names[role])]
        _make_database(admin, str(wanted["owner"]["NAME"]), names, report)
    with _connected(wanted["owner"]) as owner:
        _grant(owner, names, report)
        for role in across:
            report(isolation.reach_all_tenants(owner, role, names[role], bypasses=role in bypassing))
    report("All is in place. Next: python manage.py migrate, then python manage.py check_isolation")


@contextmanager
def _connected(url: dict[str, Any]) -> Iterator[psycopg.Connection]:
    parameters = {"host": url["HOST"], "port": url["PORT"], "user": url["USER"], "password": url["PASSWORD"]}
    given = {name: value for name, value in parameters.items() if value}
    with psycopg.connect(dbname=url["NAME"], autocommit=True, **given, **url.get("OPTIONS", {})) as connection:
        yield connection


def _run(connection: psycopg.Connection, statement: str, *names: str) -> None:
    """Run a statement with names of roles, schemas and databases in the place of {}."""
    connection.execute(SQL(statement).format(*map(Identifier, names)))


def _make_role(admin: psycopg.Connection, role: str, url: dict[str, Any], report: Report) -> None:
    name = str(url["USER"])
    found = admin.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = %s", [name]).fetchone()
    if found is None:
        _run(admin, "CREATE ROLE {}", name)
    elif found[0] or (found[1] and role in ("app", "owner")):
        raise ImproperlyConfigured(f"The role '{name}' of {URLS[role]} goes past every guard. Name another one.")
    # Hashed here, so that the password does not appear in the server's log.
    verifier = admin.pgconn.encrypt_password(str(url["PASSWORD"]).encode(), name.encode()).decode()
    attributes = f"LOGIN {isolation.OWNER_ATTRIBUTES}" if role == "owner" else "LOGIN"
    alter = SQL("ALTER ROLE {} {} PASSWORD {}")
    admin.execute(alter.format(Identifier(name), SQL(attributes), Literal(verifier)))
    done = "is made" if found is None else "was there; it has the URL's password now"
    report(f"{role}: the role '{name}' {done}")


def _bypass(admin: psycopg.Connection, name: str) -> bool:
    """Let the role past all policies, where the administrator may give that away. Could it?"""
    try:
        _run(admin, "ALTER ROLE {} BYPASSRLS", name)
    except psycopg.errors.InsufficientPrivilege:
        return False
    return True


def _make_database(admin: psycopg.Connection, database: str, names: dict[str, str], report: Report) -> None:
    """The owner owns it. To give a database away, one must be able to become the one who gets it."""
    owner = names["owner"]
    _run(admin, "GRANT {} TO CURRENT_USER", owner)
    found = admin.execute(
        "SELECT pg_get_userbyid(datdba) = %s FROM pg_database WHERE datname = %s", [owner, database]
    ).fetchone()
    if found is None:
        _run(admin, "CREATE DATABASE {} OWNER {}", database, owner)
    elif found == (False,):
        _run(admin, "ALTER DATABASE {} OWNER TO {}", database, owner)
    report(f"database: '{database}'" + (" is made" if found is None else " was there; the owner owns it"))


def _grant(owner: psycopg.Connection, names: dict[str, str], report: Report) -> None:
    """The application's rights on tables come with each table; the others' from here, for tables to come as well."""
    database = owner.info.dbname
    _run(owner, "REVOKE ALL ON DATABASE {} FROM PUBLIC", database)
    _run(owner, "REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    for name in names.values():
        _run(owner, "GRANT CONNECT ON DATABASE {} TO {}", database, name)
        _run(owner, "GRANT USAGE ON SCHEMA public TO {}", name)
    for role, rights in (("maintenance", READ_AND_WRITE), ("backup", READ)):
        if role in names:
            for schema in isolation.schemas(owner):
                _run(owner, "GRANT USAGE ON SCHEMA {} TO {}", schema, names[role])
                _run(owner, f"GRANT {rights} ON ALL TABLES IN SCHEMA {{}} TO {{}}", schema, names[role])
                _run(owner, "GRANT SELECT ON ALL SEQUENCES IN SCHEMA {} TO {}", schema, names[role])
            for kind, what in (("TABLES", rights), ("SEQUENCES", "SELECT"), ("SCHEMAS", "USAGE")):
                _run(owner, f"ALTER DEFAULT PRIVILEGES GRANT {what} ON {kind} TO {{}}", names[role])
            may = "read" if role == "backup" else "read and write"
            report(f"{role}: may {may} every table, those to come included")
