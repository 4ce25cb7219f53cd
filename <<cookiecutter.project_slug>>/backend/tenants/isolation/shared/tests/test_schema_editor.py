"""Whatever a founder's migrations do, tables of tenants are guarded, and foreign keys between them hold the tenant.

Each test migrates as the owner, in a transaction that is rolled back.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.apps.registry import Apps
from django.core.management.sql import emit_post_migrate_signal
from django.db import IntegrityError, connections, models, transaction
from django.db.migrations import AddField, AlterField, CreateModel, RemoveField, RenameField, RenameModel
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.test.utils import CaptureQueriesContext
from pytest_django.plugin import DjangoDbBlocker

from conftest import World
from contacts.models import Contact
from tenants.context import tenant_context
from tenants.isolation.converge import after_migrate, converge
from tenants.isolation.fields import TenantForeignKey

OWNER = connections["owner"]
APP = connections["default"].settings_dict["USER"]


@pytest.fixture
def database(world: World, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Nothing of the application's is open, which a change of tables would wait for; nothing stays."""
    with django_db_blocker.unblock():
        connections["default"].close()
        with transaction.atomic(using="owner"):
            yield world
            transaction.set_rollback(True, using="owner")


class Migrated:
    """The app `contacts` with more migrations than it has."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.state = MigrationLoader(OWNER).project_state()

    def apply(self, *operations: Operation) -> Apps:
        for operation in operations:
            before = self.state.clone()
            operation.state_forwards("contacts", self.state)
            with OWNER.schema_editor(atomic=True) as editor:
                operation.database_forwards("contacts", editor, before, self.state)
        return self.state.apps


@pytest.fixture
def migrated(database: World) -> Migrated:
    return Migrated(database)


def model(name: str, /, **fields: models.Field[Any, Any]) -> CreateModel:
    return CreateModel(name, [("id", models.BigAutoField(primary_key=True)), *fields.items()])


def owned(name: str, /, **fields: models.Field[Any, Any]) -> CreateModel:
    return model(name, tenant=TenantForeignKey(), **fields)


def foreign_key(to: str, **options: Any) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(f"contacts.{to}", on_delete=models.CASCADE, **options)


def rows(sql: str, *parameters: object) -> list[tuple[Any, ...]]:
    with OWNER.cursor() as cursor:
        cursor.execute(sql, parameters or None)
        return cursor.fetchall() if cursor.description else []


def guards(table: str) -> tuple[Any, ...]:
    """Row-Level Security on, binding the owner; its policies; the keys; the application's rights."""
    return rows(
        """
        SELECT relrowsecurity, relforcerowsecurity,
               (SELECT string_agg(polname, ' ') FROM pg_policy WHERE polrelid = c.oid),
               (SELECT string_agg(conname || ' ' || pg_get_constraintdef(oid), '; ') FROM pg_constraint
                WHERE conrelid = c.oid AND contype = 'u'),
               (SELECT string_agg(privilege_type, ' ' ORDER BY privilege_type) FROM aclexplode(relacl)
                WHERE grantee = %s::regrole)
        FROM pg_class c WHERE oid = %s::regclass
        """,
        APP,
        table,
    )[0]


def guarded(table: str) -> tuple[Any, ...]:
    """What `guards` is to be."""
    return True, True, "tenant_isolation", f"{table}_tenant UNIQUE (tenant_id, id)", "DELETE INSERT SELECT UPDATE"


def foreign_keys(table: str) -> list[str]:
    """Those that do not lead to the tenant itself."""
    return [
        definition
        for (definition,) in rows(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'f'"
            " ORDER BY conkey",
            table,
        )
        if "tenants_tenant" not in definition
    ]


def composite(column: str, table: str) -> str:
    return f"FOREIGN KEY (tenant_id, {column}) REFERENCES {table}(tenant_id, id) DEFERRABLE INITIALLY DEFERRED"


def test_a_new_table_is_guarded(migrated: Migrated) -> None:
    migrated.apply(owned("Deal", contact=foreign_key("Contact")))
    assert guards("contacts_deal") == guarded("contacts_deal")
    assert foreign_keys("contacts_deal") == [composite("contact_id", "contacts_contact")]


def test_the_key_holds_the_primary_key_whatever_its_name(migrated: Migrated) -> None:
    migrated.apply(
        CreateModel(
            "Code", [("code", models.CharField(max_length=9, primary_key=True)), ("tenant", TenantForeignKey())]
        )
    )
    assert guards("contacts_code")[3] == "contacts_code_tenant UNIQUE (tenant_id, code)"


def test_a_table_whose_rows_get_a_tenant_later_is_guarded_then(migrated: Migrated) -> None:
    migrated.apply(model("Deal"))
    assert guards("contacts_deal") == (False, False, None, None, None)
    migrated.apply(AddField("Deal", "tenant", TenantForeignKey()))
    assert guards("contacts_deal") == guarded("contacts_deal")


def test_a_table_that_loses_its_tenant_is_seen_by_nobody(migrated: Migrated) -> None:
    migrated.apply(owned("Deal"), RemoveField("Deal", "tenant"))
    assert guards("contacts_deal")[:3] == (True, True, None)


def test_a_foreign_key_that_is_added_holds_the_tenant(migrated: Migrated) -> None:
    migrated.apply(owned("Deal"), AddField("Deal", "contact", foreign_key("Contact")))
    assert foreign_keys("contacts_deal") == [composite("contact_id", "contacts_contact")]


def test_a_foreign_key_to_its_own_table_holds_the_tenant(migrated: Migrated) -> None:
    migrated.apply(owned("Deal", parent=foreign_key("Deal", null=True)))
    assert foreign_keys("contacts_deal") == [composite("parent_id", "contacts_deal")]


def test_rows_that_are_there_already_cannot_point_to_another_tenants(migrated: Migrated) -> None:
    """A migration makes a foreign key of a column that was none."""
    apps = migrated.apply(owned("Deal", contact=models.UUIDField()))
    with tenant_context(migrated.world.globex):
        foreign = Contact.objects.using("owner").create(name="Carl", email="carl@globex.test")
    with tenant_context(migrated.world.acme):
        apps.get_model("contacts", "Deal")._default_manager.using("owner").create(contact=foreign.pk)
    rows("SET CONSTRAINTS ALL IMMEDIATE")  # a table with pending checks cannot be changed
    with pytest.raises(IntegrityError, match="foreign key"), transaction.atomic(using="owner"):
        migrated.apply(
            RenameField("Deal", "contact", "contact_id"),
            AlterField("Deal", "contact_id", foreign_key("Contact", db_column="contact_id")),
        )


def test_a_foreign_key_leaves_row_security_forced(migrated: Migrated) -> None:
    migrated.apply(owned("Deal"), AddField("Deal", "contact", foreign_key("Contact", null=True)))
    assert (guards("contacts_deal")[:2], guards("contacts_contact")[:2]) == ((True, True), (True, True))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            AlterField("Deal", "contact", foreign_key("Contact", null=True)),
            [composite("contact_id", "contacts_contact")],
        ),
        (AlterField("Deal", "contact", foreign_key("Contact", db_constraint=False)), []),
        (AlterField("Deal", "contact", models.UUIDField()), []),
        (RenameField("Deal", "contact", "person"), [composite("person_id", "contacts_contact")]),
        (RemoveField("Deal", "contact"), []),
        (RenameModel("Contact", "Person"), [composite("contact_id", "contacts_person")]),
        (RenameModel("Deal", "Sale"), [composite("contact_id", "contacts_contact")]),
    ],
    ids=lambda value: value.describe() if isinstance(value, Operation) else "",
)
def test_there_is_one_foreign_key_after_a_change(migrated: Migrated, change: Operation, expected: list[str]) -> None:
    migrated.apply(owned("Deal", contact=foreign_key("Contact")), change)
    assert foreign_keys("contacts_sale" if change.describe().endswith("Sale") else "contacts_deal") == expected


def test_a_foreign_key_is_made_anew_when_what_it_points_to_changes_its_type(migrated: Migrated) -> None:
    migrated.apply(
        owned("Deal"),
        owned("Step", deal=foreign_key("Deal")),
        AlterField("Deal", "id", models.AutoField(primary_key=True)),
    )
    assert foreign_keys("contacts_step") == [composite("deal_id", "contacts_deal")]


def test_a_new_table_may_have_the_name_of_a_renamed_one(migrated: Migrated) -> None:
    migrated.apply(owned("Deal"), RenameModel("Deal", "Sale"), owned("Deal"))
    assert guards("contacts_deal") == guarded("contacts_deal")
    assert guards("contacts_sale") == guarded("contacts_sale")


def test_many_to_many_with_a_through_model_of_the_tenants(migrated: Migrated) -> None:
    """The link's rows have the tenant, and link nobody else's rows."""
    apps = migrated.apply(
        owned("Label", name=models.CharField(max_length=20)),
        owned("Deal"),
        owned("Labelled", deal=foreign_key("Deal"), label=foreign_key("Label")),
        AddField("Deal", "labels", models.ManyToManyField("contacts.Label", through="contacts.Labelled")),
    )
    assert guards("contacts_labelled") == guarded("contacts_labelled")
    assert foreign_keys("contacts_labelled") == [
        composite("deal_id", "contacts_deal"),
        composite("label_id", "contacts_label"),
    ]
    deals, labels = (apps.get_model("contacts", name)._default_manager.using("owner") for name in ("Deal", "Label"))
    with tenant_context(migrated.world.acme):
        deal, label = deals.create(), labels.create(name="hot")
        deal.labels.add(label)
        assert list(deal.labels.values_list("name", flat=True)) == ["hot"]
    with tenant_context(migrated.world.globex):
        foreign = labels.create(name="cold")
    with tenant_context(migrated.world.acme):
        deal.labels.add(foreign)
        with pytest.raises(IntegrityError, match="foreign key"), transaction.atomic(using="owner"):
            rows("SET CONSTRAINTS ALL IMMEDIATE")


CREATED_BY = "FOREIGN KEY (created_by_id) REFERENCES members_member (id) DEFERRABLE INITIALLY DEFERRED"

DAMAGE = [
    "ALTER TABLE contacts_contact DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE contacts_contact NO FORCE ROW LEVEL SECURITY",
    "DROP POLICY tenant_isolation ON contacts_contact",
    "ALTER TABLE contacts_contact DROP CONSTRAINT contacts_contact_tenant",
    f"REVOKE UPDATE ON contacts_contact FROM {APP}",
    "ALTER TABLE members_member DROP CONSTRAINT members_member_tenant CASCADE;"
    f"ALTER TABLE contacts_contact ADD {CREATED_BY}",
]


@pytest.mark.parametrize("damage", DAMAGE)
def test_what_is_missing_is_put_back(database: World, damage: str, caplog: pytest.LogCaptureFixture) -> None:
    before = guards("contacts_contact"), guards("members_member"), foreign_keys("contacts_contact")
    rows(damage)
    assert (guards("contacts_contact"), guards("members_member"), foreign_keys("contacts_contact")) != before
    converge()
    assert (guards("contacts_contact"), guards("members_member"), foreign_keys("contacts_contact")) == before
    assert all(record.levelname == "WARNING" for record in caplog.records)
    assert caplog.records


def test_a_query_is_all_where_nothing_is_missing(database: World) -> None:
    with CaptureQueriesContext(OWNER) as queries:
        converge()
    assert [query["sql"].split()[0] for query in queries] == ["WITH"]


def test_migrate_puts_back(database: World) -> None:
    rows("ALTER TABLE jobs_job NO FORCE ROW LEVEL SECURITY")
    emit_post_migrate_signal(verbosity=0, interactive=False, db="owner")
    assert guards("jobs_job") == guarded("jobs_job")


def test_only_the_owners_migrations_put_back(database: World) -> None:
    rows("ALTER TABLE jobs_job NO FORCE ROW LEVEL SECURITY")
    after_migrate(sender=apps.get_app_config("tenants"), using="default")
    assert guards("jobs_job")[:2] == (True, False)


def test_a_row_that_points_to_another_tenants_stops_it(database: World) -> None:
    rows(DAMAGE[-1])
    with tenant_context(database.globex):
        ((charlie,),) = rows("SELECT id FROM members_member")
    with tenant_context(database.acme):
        Contact.objects.using("owner").create(name="Dora", email="dora@acme.test", created_by_id=charlie)
    rows("SET CONSTRAINTS ALL IMMEDIATE")  # a foreign key without the tenant lets it through
    with pytest.raises(IntegrityError, match="foreign key"), transaction.atomic(using="owner"):
        converge()
