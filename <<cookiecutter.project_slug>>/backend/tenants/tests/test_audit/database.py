"""The audit finds nothing in what provisioning makes, and every fault that is put there."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connections, transaction
from pytest_django.plugin import DjangoDbBlocker

from conftest import World
from tenants.isolation.audit import REMEDIES, findings
from tenants.isolation.names import control_plane
from tenants.tests.starting import said_at_start

APP = connections["default"].settings_dict["USER"]
GONE = "_t_fedcba987654"

# {acme} and {globex} are the two tenants' databases and roles, {control} is the control plane's database.
FAULTS = [
    ("role", "{acme}", f"GRANT {{acme}} TO {APP}"),
    ("role", "maker", f"CREATE ROLE maker CREATEDB; GRANT maker TO {APP}"),
    ("tenant-role", "{acme}", "ALTER ROLE {acme} CREATEDB"),
    ("tenant-role", "{acme}", "GRANT {globex} TO {acme}"),
    ("open", "{acme}", "GRANT CONNECT ON DATABASE {acme} TO {globex}"),
    ("open", "{acme}", "GRANT CONNECT ON DATABASE {acme} TO PUBLIC"),
    ("open", "{control}", "GRANT CONNECT ON DATABASE {control} TO {acme}"),
    ("missing", "{acme}", "UPDATE tenants_tenant SET database = '{control}" + GONE + "' WHERE database = '{acme}'"),
    ("orphan", "{control}_t_0123456789ab", "CREATE ROLE {control}_t_0123456789ab"),
    ("misplaced", "jobs_job", "CREATE TABLE jobs_job ()"),
]


@pytest.fixture
def database(world: World, django_db_blocker: DjangoDbBlocker):
    """The control plane's database, with no transaction of the application's open in it."""
    with django_db_blocker.unblock():
        connections["default"].close()
        yield


def test_every_rule_has_a_fault_that_shows_it() -> None:
    assert {rule for rule, where, sql in FAULTS} == set(REMEDIES)


@pytest.mark.parametrize(("rule", "where", "sql"), FAULTS)
def test_a_fault_is_found(database: None, world: World, rule: str, where: str, sql: str) -> None:
    names = {
        "acme": world.acme.database,
        "globex": world.globex.database,
        "control": control_plane(),
    }
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute(sql.format(**names))
        found = {(finding.rule, finding.where) for finding in findings(using="owner")}
        transaction.set_rollback(True, using="owner")
    if rule == "missing":  # the database that was its is nobody's now
        assert found == {("missing", control_plane() + GONE), ("orphan", world.acme.database)}
    else:
        assert found == {(rule, where.format(**names))}


def test_what_provisioning_made_is_without_fault(database: None) -> None:
    out = StringIO()
    call_command("check_isolation", stdout=out)
    assert out.getvalue().startswith("Tenants are kept apart: 0 findings in ")
    assert said_at_start() == ""


def test_the_command_says_what_to_do_and_fails(database: None, world: World) -> None:
    out = StringIO()
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"GRANT CONNECT ON DATABASE {world.acme.database} TO PUBLIC")
        try:
            with pytest.raises(CommandError, match="Tenants are not kept apart: 1 findings"):
                call_command("check_isolation", stdout=out)
            assert f"open: {world.acme.database}." in said_at_start()
            assert f"open: {world.acme.database}." in said_at_start("config.asgi")
        finally:
            cursor.execute(f"REVOKE CONNECT ON DATABASE {world.acme.database} FROM PUBLIC")
    assert out.getvalue() == f"open: {world.acme.database}. {REMEDIES['open']}\n"
