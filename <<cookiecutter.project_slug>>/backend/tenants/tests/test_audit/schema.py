"""The audit finds nothing in what migrations make, and every fault that is put there."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connections, transaction
from pytest_django.plugin import DjangoDbBlocker

from conftest import World
from tenants.isolation.audit import REMEDIES, findings
from tenants.tests.starting import said_at_start

APP = connections["default"].settings_dict["USER"]

# {acme} and {globex} are the two tenants' schemas.
FAULTS = [
    (
        "role",
        "table_keeper",
        "CREATE ROLE table_keeper; GRANT table_keeper TO CURRENT_USER; GRANT CREATE ON SCHEMA {acme} TO table_keeper;"
        "ALTER TABLE {acme}.contacts_contact OWNER TO table_keeper;"
        "REVOKE TRUNCATE ON {acme}.contacts_contact FROM table_keeper;"
        "REVOKE CREATE ON SCHEMA {acme} FROM table_keeper;"
        f"GRANT table_keeper TO {APP}",
    ),
    ("misplaced", "contacts_contact", "CREATE TABLE contacts_contact ()"),
    ("unguarded", "leads", f"CREATE TABLE leads (); GRANT INSERT ON leads TO {APP}"),
    ("unguarded", "{acme}.leads", f"CREATE TABLE {{acme}}.leads (); GRANT SELECT ON {{acme}}.leads TO {APP}"),
    ("missing", "{acme}", "DROP SCHEMA {acme} CASCADE"),
    (
        "orphan",
        "t_0123456789abcdef",
        "CREATE SCHEMA t_0123456789abcdef CREATE TABLE jobs_job ();"
        f"GRANT SELECT ON t_0123456789abcdef.jobs_job TO {APP}",
    ),
    ("view", "all", f'CREATE VIEW "all" AS TABLE {{acme}}.contacts_contact; GRANT SELECT ON "all" TO {APP}'),
    (
        "view",
        "{globex}.names",
        "CREATE VIEW {acme}.everybody AS TABLE {globex}.contacts_contact;"
        "CREATE VIEW {globex}.names AS SELECT name FROM {acme}.everybody;"
        f"GRANT SELECT ON {{globex}}.names TO {APP}",
    ),
    (
        "foreign-key",
        "{acme}.contacts_contact.by",
        "ALTER TABLE {acme}.contacts_contact ADD CONSTRAINT by FOREIGN KEY (created_by_id)"
        " REFERENCES {globex}.members_member (id) NOT VALID",
    ),
    ("truncate", "{acme}.jobs_job", f"GRANT TRUNCATE ON {{acme}}.jobs_job TO {APP}"),
    ("append-only", "{acme}.members_auditevent", f"GRANT DELETE ON {{acme}}.members_auditevent TO {APP}"),
    ("create", "{acme}", f"GRANT CREATE ON SCHEMA {{acme}} TO {APP}"),
    (
        "function",
        "peek()",
        "CREATE FUNCTION peek() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM {acme}.jobs_job'",
    ),
]


@pytest.fixture
def database(world: World, django_db_blocker: DjangoDbBlocker):
    """The migrated database. No transaction of the application's is open in it, which a change of tables waits for."""
    with django_db_blocker.unblock():
        connections["default"].close()
        yield


def test_every_rule_has_a_fault_that_shows_it() -> None:
    assert {rule for rule, where, sql in FAULTS} == set(REMEDIES)


@pytest.mark.parametrize(("rule", "where", "sql"), FAULTS)
def test_a_fault_is_found(database: None, world: World, rule: str, where: str, sql: str) -> None:
    names = {"acme": world.acme.schema_name, "globex": world.globex.schema_name}
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute(sql.format(**names))
        found = findings(using="owner")
        transaction.set_rollback(True, using="owner")
    assert [(finding.rule, finding.where) for finding in found] == [(rule, where.format(**names))]


def test_what_migrations_made_is_without_fault(database: None) -> None:
    out = StringIO()
    call_command("check_isolation", stdout=out)
    assert out.getvalue().startswith("Tenants are kept apart: 0 findings in ")
    assert said_at_start() == ""


def test_the_command_says_what_to_do_and_fails(database: None) -> None:
    out = StringIO()
    with connections["owner"].cursor() as cursor:
        cursor.execute("CREATE SCHEMA t_0123456789abcdef")
        try:
            with pytest.raises(CommandError, match="Tenants are not kept apart: 1 findings"):
                call_command("check_isolation", stdout=out)
            assert "orphan: t_0123456789abcdef." in said_at_start()
            assert "orphan: t_0123456789abcdef." in said_at_start("config.asgi")
        finally:
            cursor.execute("DROP SCHEMA t_0123456789abcdef")
    assert out.getvalue() == f"orphan: t_0123456789abcdef. {REMEDIES['orphan']}\n"
