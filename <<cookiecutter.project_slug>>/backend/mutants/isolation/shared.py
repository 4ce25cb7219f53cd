"""The guards in the database and on the way to it."""

from mutants.mutant import Mutant

APART = "tenants/tests/test_keeping_apart.py::"
OWN = "tenants/tests/test_isolation.py::"
EDITOR = "tenants/isolation/tests/test_schema_editor.py::"

POLICY = "USING ({_IS_CURRENT}) WITH CHECK ({_IS_CURRENT})"

ISOLATION = [
    # --- The tables ---
    Mutant(
        "the policy",
        "tenants/isolation/backend/schema.py",
        POLICY,
        "USING (true) WITH CHECK (true)",
        f"{APART}test_sql_without_a_condition_sees_its_own",
    ),
    Mutant(
        "the policy binds: ENABLE",
        "tenants/isolation/backend/schema.py",
        "ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
        "FORCE ROW LEVEL SECURITY",
        f"{OWN}test_no_foreign_row_is_seen",
    ),
    Mutant(
        "the policy binds the owner: FORCE",
        "tenants/isolation/backend/schema.py",
        "ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
        "ENABLE ROW LEVEL SECURITY",
        f"{EDITOR}test_a_table_whose_rows_get_a_tenant_later_is_guarded_then",
    ),
    Mutant(
        "FORCE comes back after a foreign key",
        "tenants/isolation/backend/schema.py",
        '"ALTER TABLE %(table)s FORCE ROW LEVEL SECURITY; ALTER TABLE %(to_table)s FORCE ROW LEVEL SECURITY"',
        '"SELECT 1"',
        f"{EDITOR}test_a_foreign_key_leaves_row_security_forced",
    ),
    Mutant(
        "the policy for what is written: WITH CHECK",
        "tenants/isolation/backend/schema.py",
        POLICY,
        "USING ({_IS_CURRENT}) WITH CHECK (true)",
        f"{OWN}test_a_row_cannot_be_written_for_another_tenant",
    ),
    Mutant(
        "the policy lets nothing through without a tenant",
        "tenants/isolation/backend/schema.py",
        "NULLIF(current_setting('app.tenant_id', true), '')::bigint)",
        "NULLIF(current_setting('app.tenant_id', true), '')::bigint)"
        " OR NULLIF(current_setting('app.tenant_id', true), '') IS NULL",
        f"{APART}test_without_a_tenant_sql_sees_nothing",
    ),
    Mutant(
        "foreign keys hold the tenant",
        "tenants/isolation/backend/schema.py",
        "        if _links_tenant_rows(model, field):\n",
        "        if False:\n",
        f"{OWN}test_a_row_cannot_point_to_another_tenants_row",
    ),
    Mutant(
        "a new foreign key is checked against rows that are there",
        "tenants/isolation/backend/schema.py",
        "            statement.template = _UNFORCED.format(statement.template)\n",
        "",
        f"{EDITOR}test_rows_that_are_there_already_cannot_point_to_another_tenants",
    ),
    Mutant(
        "the application may not TRUNCATE",
        "tenants/append_only.py",
        'else "SELECT, INSERT, UPDATE, DELETE"',
        'else "SELECT, INSERT, UPDATE, DELETE, TRUNCATE"',
        f"{OWN}test_the_application_may_not_truncate",
    ),
    Mutant(
        "no rights on a tenant app's table without tenants",
        "tenants/isolation/backend/schema.py",
        "    if model._meta.app_label in settings.TENANT_APPS and not _tenant_field(model):\n        return None\n",
        "",
        f"{EDITOR}test_a_table_whose_rows_get_a_tenant_later_is_guarded_then",
    ),
    Mutant(
        "unique within the tenant",
        "tenants/isolation/models.py",
        'return models.UniqueConstraint(models.F("tenant"), *expressions, name=name, **options)',
        "return models.UniqueConstraint(*expressions, name=name, **options)",
        f"{OWN}test_every_unique_constraint_of_a_tenants_table_holds_the_tenant",
    ),
    Mutant(
        "migrate puts back what is missing",
        "tenants/isolation/converge.py",
        "        converge()\n",
        "",
        f"{EDITOR}test_migrate_puts_back",
    ),
    # --- The message ---
    Mutant(
        "the tenant in the message is the transaction's only",
        "tenants/isolation/backend/cursor.py",
        "int(tenant_id)}',true);",
        "int(tenant_id)}',false);",
        f"{OWN}test_nothing_stays_on_the_connection",
    ),
    Mutant(
        "the tenant in the message is a number",
        "tenants/isolation/backend/cursor.py",
        "int(tenant_id)}",
        "tenant_id}",
        f"{OWN}test_nothing_but_a_number_gets_into_the_message",
    ),
    Mutant(
        "another tenant in a transaction is sent",
        "tenants/isolation/backend/cursor.py",
        "if connection.known_tenant == tenant_id or",
        "if connection.known_tenant not in (UNSET, None) or",
        f"{APART}test_switching_inside_a_transaction_takes_effect_at_once",
    ),
    Mutant(
        "the tenant is sent again after a savepoint's rollback",
        "tenants/isolation/backend/base.py",
        "        # The rollback also undid a set_config made after the savepoint.\n"
        "        self.connection.known_tenant = UNSET\n",
        "",
        f"{OWN}test_after_a_savepoints_rollback_the_tenant_is_sent_again",
    ),
    Mutant(
        "nothing is sent ahead of a rollback",
        "tenants/isolation/backend/cursor.py",
        " or _has_failed(connection):",
        ":",
        f"{APART}test_an_error_of_one_tenant_is_rolled_back_as_another",
    ),
    Mutant(
        "the tenant is sent ahead of COPY",
        "tenants/isolation/backend/cursor.py",
        '            self.execute("SELECT 1")\n',
        "            pass\n",
        f"{OWN}test_each_way_to_read_sees_its_own",
    ),
    # --- The models ---
    Mutant(
        "the manager's filter",
        "tenants/isolation/models.py",
        ".filter(tenant_id=CurrentTenant(self.model.__name__))",
        ".filter(models.Q(tenant_id=CurrentTenant(self.model.__name__)) | models.Q(pk__isnull=False))",
        f"{OWN}test_without_the_policy_the_manager_still_keeps_to_the_tenant",
    ),
    Mutant(
        "the manager refuses without a tenant",
        "tenants/isolation/fields.py",
        'raise TenantMissing(f"A query of {self.asking}")',
        "tenant_id = 0",
        f"{APART}test_without_a_tenant_nothing_runs",
    ),
    Mutant(
        "a row is not saved without a tenant",
        "tenants/isolation/fields.py",
        'raise TenantMissing(f"Saving a {model_instance._meta.verbose_name}")',
        "pass",
        f"{APART}test_without_a_tenant_nothing_runs",
    ),
]
"""In the order in which they are tried."""
