"""A tenant's database moves to another server, whole or not at all."""

from __future__ import annotations

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from accounts.models import User
from members.models import Member
from tenants.context import tenant_context
from tenants.isolation import moving
from tenants.isolation.connections import forget
from tenants.isolation.databases import alias_of, is_ready
from tenants.isolation.moving import MoveFailed, move
from tenants.isolation.owner import execute, on_server
from tenants.isolation.provisioning import deprovision, orphans, places
from tenants.models import Tenant
from tenants.services import create_tenant
from tenants.tests.killing import killed_at_each_step


def emails(tenant: Tenant) -> list[str]:
    with tenant_context(tenant):
        return list(Member.objects.values_list("email", flat=True))


def test_a_new_tenant_goes_where_the_fewest_are(eu: None, alice: User) -> None:
    tenant = create_tenant(name="Umbrella", slug="umbrella", owner=alice)
    try:
        assert tenant.server == "eu"
        assert alias_of(tenant) == f"tenant:{tenant.database}@eu"
        assert emails(tenant) == ["alice@acme.test"]
        assert (tenant.database in places("eu"), tenant.database in places("")) == (True, False)
    finally:
        deprovision(tenant)
        tenant.delete()
    assert tenant.database not in places("eu")


def test_there_and_back(initech: Tenant) -> None:
    for here, there in (("", "eu"), ("eu", "")):
        move(initech, there)
        assert (initech.server, initech.moving, is_ready(initech)) == (there, False, True)
        assert Tenant.objects.get(pk=initech.pk).server == there
        assert emails(initech) == ["alice@acme.test"]
        assert (initech.database in places(there), initech.database in places(here)) == (True, False)


def test_the_copy_has_the_rights_of_the_original(initech: Tenant) -> None:
    move(initech, "eu")
    with tenant_context(initech):
        Member.objects.update(name="Changed")
        with pytest.raises(Exception, match="permission denied"), connections[alias_of(initech)].cursor() as cursor:
            cursor.execute("TRUNCATE members_member CASCADE")


def test_with_other_numbers_of_rows_it_stays(initech: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    count = moving._count
    monkeypatch.setattr(moving, "_count", lambda connection, table: (count(connection, table)[0], id(connection)))
    with pytest.raises(MoveFailed, match=r"other rows than the original, in .*members_member"):
        move(initech, "eu")
    assert (initech.server, is_ready(initech), emails(initech)) == ("", True, ["alice@acme.test"])
    assert initech.database not in places("eu")


def test_without_the_programs_it_stays_and_says_so(initech: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(MoveFailed, match="`pg_dump` is not found: install PostgreSQL's client programs"):
        move(initech, "eu")
    assert emails(initech) == ["alice@acme.test"]


def test_killed_at_any_step_it_goes_on_when_run_again(initech: Tenant) -> None:
    for _ in killed_at_each_step(lambda: call_command("move_tenant", "initech", "eu", verbosity=0)):
        move(Tenant.objects.get(slug="initech"), "eu")
        moved = Tenant.objects.get(slug="initech")
        assert (moved.server, is_ready(moved), emails(moved)) == ("eu", True, ["alice@acme.test"])
        assert orphans() == []
        move(moved, "")
    initech.refresh_from_db()


def test_while_it_moves_nobody_gets_in(initech: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    def look(tenant: Tenant, target: str) -> None:
        assert not is_ready(Tenant.objects.get(pk=tenant.pk))
        forget(connections[alias_of(tenant)])
        with pytest.raises(Exception, match="is not permitted to log in"):
            emails(tenant)

    monkeypatch.setattr(moving, "_compare", look)
    move(initech, "eu")


def test_to_a_server_that_nobody_knows(initech: Tenant) -> None:
    with pytest.raises(MoveFailed, match="There is no server 'us': TENANT_SERVERS names eu"):
        move(initech, "us")


def test_two_do_not_move_the_same(initech: Tenant) -> None:
    with psycopg.connect(
        **{key: connections["owner"].settings_dict[key.upper()] for key in ("host", "port", "user", "password")},
        dbname=connections["owner"].settings_dict["NAME"],
    ) as other:
        other.execute("SELECT pg_advisory_lock_shared(hashtextextended(%s, 0))", [initech.database])
        with pytest.raises(MoveFailed, match="Somebody else is at work"):
            move(initech, "eu")


def test_the_command(initech: Tenant, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("move_tenant", "initech", "eu")
    assert capsys.readouterr().out == "initech is on the server eu.\n"
    call_command("move_tenant", "initech", "")
    assert capsys.readouterr().out == "initech is on the server of the control plane.\n"
    with pytest.raises(CommandError, match="There is no server 'us'"):
        call_command("move_tenant", "initech", "us")


def test_orphans_are_listed_and_dropped_when_told_to(eu: None, capsys: pytest.CaptureFixture[str]) -> None:
    orphan = Tenant(name="Orphan", slug="orphan")
    with on_server("eu") as server:
        execute(server, "CREATE DATABASE {}", orphan.database)
    call_command("remove_orphans")
    assert capsys.readouterr().out == f"{orphan.database}\n1 found. Look at them, then drop them with --yes.\n"
    call_command("remove_orphans", yes=True)
    assert capsys.readouterr().out == f"{orphan.database}\nDropped: 1.\n"
    call_command("remove_orphans")
    assert capsys.readouterr().out == "There are none.\n"
