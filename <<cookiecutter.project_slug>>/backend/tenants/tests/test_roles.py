"""`setup_roles` by an administrator who is no superuser, and what each role may do afterwards."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connections
from psycopg.sql import SQL, Identifier

ROLES = ("owner", "app", "maintenance", "backup")


class Deployment:
    """A database of its own on the tests' server, whose administrator is the tests' owner: CREATEROLE and CREATEDB.

    `first` and `again` are what the command said before there were tables and after.
    """

    def __init__(self) -> None:
        self.admin = connections["owner"].settings_dict
        self.first = self.again = ""
        self.name = f"roles_{secrets.token_hex(4)}"
        self.env = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.local", "DATABASE_ADMIN_URL": self.url("")}
        for role, variable in zip(ROLES, ("OWNER_URL", "URL", "MAINTENANCE_URL", "BACKUP_URL"), strict=True):
            self.env[f"DATABASE_{variable}"] = self.url(role)

    def url(self, role: str) -> str:
        server = f"{self.admin['HOST']}:{self.admin['PORT']}"
        if not role:
            return f"postgres://{self.admin['USER']}:{self.admin['PASSWORD']}@{server}/{self.admin['NAME']}"
        return f"postgres://{self.name}_{role}:pw-{role}@{server}/{self.name}"

    def manage(self, *arguments: str, code: int = 0) -> str:
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, env=self.env, capture_output=True, text=True, cwd=Path(__file__).parents[2])
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    def ask(self, role: str, question: str) -> object:
        with psycopg.connect(self.url(role), autocommit=True) as connection:
            row = connection.execute(question).fetchone()
            return row[0] if row else None

    def run(self, role: str, statement: str) -> None:
        with psycopg.connect(self.url(role), autocommit=True) as connection:
            connection.execute(statement)

    def remove(self) -> None:
        """Drop what was made, which all has the deployment's name in front: tenants' places on the server, too."""
        with psycopg.connect(self.url(""), autocommit=True) as admin:
            for statement, found in (
                ("DROP DATABASE {} WITH (FORCE)", "SELECT datname FROM pg_database WHERE starts_with(datname, %s)"),
                ("DROP ROLE {}", "SELECT rolname FROM pg_roles WHERE starts_with(rolname, %s) ORDER BY oid DESC"),
            ):
                for (name,) in admin.execute(found, [self.name]).fetchall():
                    admin.execute(SQL(statement).format(Identifier(name)))


@pytest.fixture(scope="module")
def deployment(django_db_setup: None) -> Iterator[Deployment]:
    """Set up, migrated, and with two tenants."""
    made = Deployment()
    try:
        made.first = made.manage("setup_roles")
        made.manage("migrate", "--verbosity", "0")
        made.again = made.manage("setup_roles")
        make = "from accounts.models import User; from tenants.services import create_tenant; "
        for name in ("one", "two"):
            create = f"create_tenant(name='{name}', owner=User.objects.create_user('{name}@one.test', name='{name}'))"
            made.manage("shell", "-c", make + create)
        yield made
    finally:
        made.remove()


def test_it_says_what_it_does(deployment: Deployment) -> None:
    assert f"owner: the role '{deployment.name}_owner' is made" in deployment.first
    assert f"database: '{deployment.name}' is made" in deployment.first
    assert f"database: '{deployment.name}' was there" in deployment.again
    assert "pw-" not in deployment.first + deployment.again


def test_tenants_are_kept_apart(deployment: Deployment) -> None:
    assert "0 findings" in deployment.manage("check_isolation")


@pytest.mark.parametrize("role", ["app", "maintenance", "backup"])
def test_only_the_owner_changes_tables(role: str, deployment: Deployment) -> None:
    for statement in ("CREATE TABLE mine ()", "DROP TABLE tenants_tenant", "TRUNCATE tenants_tenant CASCADE"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            deployment.run(role, statement)


def test_backup_reads_and_changes_nothing(deployment: Deployment) -> None:
    assert deployment.ask("backup", "SELECT count(*) FROM tenants_tenant") == 2
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        deployment.run("backup", "DELETE FROM tenants_tenant")


def test_maintenance_writes(deployment: Deployment) -> None:
    assert deployment.ask("maintenance", "UPDATE tenants_tenant SET name = name RETURNING name") in ("one", "two")


def test_nobody_else_may_connect(deployment: Deployment) -> None:
    question = f"SELECT has_database_privilege('public', '{deployment.name}', 'CONNECT')"
    assert deployment.ask("owner", question) is False


def test_a_url_without_which_nothing_can_be_made_is_asked_for(deployment: Deployment) -> None:
    deployment.env["DATABASE_OWNER_URL"], kept = "", deployment.env["DATABASE_OWNER_URL"]
    try:
        assert "Set DATABASE_OWNER_URL" in deployment.manage("setup_roles", code=1)
    finally:
        deployment.env["DATABASE_OWNER_URL"] = kept


def test_roles_are_not_shared(deployment: Deployment) -> None:
    deployment.env["DATABASE_BACKUP_URL"], kept = deployment.url("app"), deployment.env["DATABASE_BACKUP_URL"]
    try:
        assert "Each of the URLs needs a role of its own" in deployment.manage("setup_roles", code=1)
    finally:
        deployment.env["DATABASE_BACKUP_URL"] = kept
