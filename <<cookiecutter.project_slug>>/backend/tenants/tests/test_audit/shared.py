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

FAULTS = [
    ("row-security", "contacts_contact", "ALTER TABLE contacts_contact NO FORCE ROW LEVEL SECURITY"),
    ("row-security", "contacts_contact", "ALTER TABLE contacts_contact DISABLE ROW LEVEL SECURITY"),
    ("policy", "contacts_contact", "DROP POLICY tenant_isolation ON contacts_contact"),
    ("policy", "contacts_contact", "CREATE POLICY one_more ON contacts_contact USING (true)"),
    ("policy", "contacts_contact", "ALTER POLICY tenant_isolation ON contacts_contact USING (true)"),
    ("policy", "contacts_contact", "ALTER POLICY tenant_isolation ON contacts_contact WITH CHECK (true)"),
    ("policy", "contacts_contact", f"ALTER POLICY tenant_isolation ON contacts_contact TO {APP}"),
    ("unguarded", "leads", f"CREATE TABLE leads (tenant_id bigint); GRANT INSERT ON leads TO {APP}"),
    ("unguarded", "crm.leads", f"CREATE SCHEMA crm; CREATE TABLE crm.leads (); GRANT SELECT ON crm.leads TO {APP}"),
    (
        "role",
        "table_keeper",
        "CREATE ROLE table_keeper; GRANT table_keeper TO CURRENT_USER; GRANT CREATE ON SCHEMA public TO table_keeper;"
        "ALTER TABLE contacts_contact OWNER TO table_keeper; REVOKE TRUNCATE ON contacts_contact FROM table_keeper;"
        f"GRANT table_keeper TO {APP}",
    ),
    ("view", "everybody", f"CREATE VIEW everybody AS TABLE contacts_contact; GRANT SELECT ON everybody TO {APP}"),
    (
        "view",
        "names",
        "CREATE VIEW everybody AS TABLE contacts_contact; CREATE VIEW names AS SELECT name FROM everybody;"
        f"GRANT SELECT ON names TO {APP}",
    ),
    (
        "materialized-view",
        "counted",
        f"CREATE MATERIALIZED VIEW counted AS SELECT count(*) FROM jobs_job; GRANT SELECT ON counted TO {APP}",
    ),
    ("truncate", "jobs_job", f"GRANT TRUNCATE ON jobs_job TO {APP}"),
    ("append-only", "members_auditevent", f"GRANT UPDATE ON members_auditevent TO {APP}"),
    ("append-only", "members_auditevent", f"GRANT DELETE ON members_auditevent TO {APP}"),
    (
        "foreign-key",
        "contacts_contact.by",
        'ALTER TABLE contacts_contact ADD CONSTRAINT "by" FOREIGN KEY (created_by_id) REFERENCES members_member (id)',
    ),
    ("unique", "contacts_contact.one_email", "CREATE UNIQUE INDEX one_email ON contacts_contact (email)"),
    (
        "function",
        "peek()",
        "CREATE FUNCTION peek() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM jobs_job'",
    ),
    ("index", "jobs_upload", "ALTER TABLE jobs_upload DROP CONSTRAINT jobs_upload_tenant"),
]


@pytest.fixture
def database(world: World, django_db_blocker: DjangoDbBlocker):
    """The migrated database. No transaction of the application's is open in it, which a change of tables waits for."""
    with django_db_blocker.unblock():
        connections["default"].close()
        yield


def found_after(sql: str) -> list[tuple[str, str]]:
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute(sql)
        found = findings(using="owner")
        transaction.set_rollback(True, using="owner")
    return [(finding.rule, finding.where) for finding in found]


@pytest.mark.parametrize(("rule", "where", "sql"), FAULTS)
def test_a_fault_is_found(database: None, rule: str, where: str, sql: str) -> None:
    assert found_after(sql) == [(rule, where)]


def test_every_rule_has_a_fault_that_shows_it() -> None:
    assert {rule for rule, where, sql in FAULTS} == set(REMEDIES)


def test_views_with_the_rights_of_whoever_asks_are_fine(database: None) -> None:
    view = f"CREATE VIEW mine WITH (security_invoker) AS TABLE contacts_contact; GRANT SELECT ON mine TO {APP}"
    assert found_after(view) == []


def test_what_migrations_made_is_without_fault(database: None) -> None:
    out = StringIO()
    call_command("check_isolation", stdout=out)
    assert out.getvalue().startswith("Tenants are kept apart: 0 findings in ")
    assert said_at_start() == ""


def test_the_command_says_what_to_do_and_fails(database: None) -> None:
    out = StringIO()
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"GRANT TRUNCATE ON jobs_job TO {APP}")
        try:
            with pytest.raises(CommandError, match="Tenants are not kept apart: 1 findings"):
                call_command("check_isolation", stdout=out)
            assert "truncate: jobs_job." in said_at_start()
            assert "truncate: jobs_job." in said_at_start("config.asgi")
        finally:
            cursor.execute(f"REVOKE TRUNCATE ON jobs_job FROM {APP}")
    assert out.getvalue() == f"truncate: jobs_job. {REMEDIES['truncate']}\n"
