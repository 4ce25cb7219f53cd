"""Maintenance and backup see every tenant's rows; the owner dumps those of one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from dev import binaries
from dev.project import Project
from tenants.tests.test_roles import Deployment, deployment  # noqa: F401  (a fixture)

MEMBERS = "SELECT count(*) FROM members_member"


def test_each_sees_what_it_should(deployment: Deployment) -> None:  # noqa: F811
    assert deployment.ask("app", MEMBERS) == deployment.ask("owner", MEMBERS) == 0
    assert deployment.ask("maintenance", MEMBERS) == deployment.ask("backup", MEMBERS) == 2


def test_a_table_that_comes_later_is_seen_too(deployment: Deployment) -> None:  # noqa: F811
    policies = "SELECT count(*) FROM pg_policy WHERE polname IN ('maintenance', 'backup')"
    before = deployment.ask("owner", policies)
    for policy in ("maintenance", "backup"):
        deployment.run("owner", f"DROP POLICY {policy} ON members_member")
    assert deployment.ask("maintenance", MEMBERS) == 0
    deployment.manage("migrate", "--verbosity", "0")
    assert deployment.ask("maintenance", MEMBERS) == 2
    assert deployment.ask("owner", policies) == before
    assert "0 findings" in deployment.manage("check_isolation")


def test_a_policy_that_lets_the_application_through_is_found(deployment: Deployment) -> None:  # noqa: F811
    role = f"{deployment.name}_maintenance"
    with psycopg.connect(deployment.url(""), autocommit=True) as admin:
        admin.execute(f'GRANT "{role}" TO "{deployment.name}_app"')
        assert "policy: members_member" in deployment.manage("check_isolation", code=1)
        admin.execute(f'REVOKE "{role}" FROM "{deployment.name}_app"')


def test_the_backup_of_one_tenant(deployment: Deployment, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:  # noqa: F811
    monkeypatch.setenv("VENV", sys.prefix)
    tenant = deployment.ask("owner", "SELECT id FROM tenants_tenant WHERE slug = 'one'")
    program = binaries.postgres(Project(tmp_path)) / "pg_dump"
    command = [program, "--data-only", "--enable-row-security", "--inserts", "--table=members_member"]
    env = {**os.environ, "PGOPTIONS": f"-c app.tenant_id={tenant}"}
    done = subprocess.run(
        [*command, f"--dbname={deployment.url('owner')}"], env=env, capture_output=True, text=True, check=True
    )
    assert ("one@one.test" in done.stdout, "two@one.test" in done.stdout) == (True, False)
