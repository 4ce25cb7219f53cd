"""The guards in the database and on the way to it."""

from mutants.mutant import Mutant

APART = "tenants/tests/test_keeping_apart.py::"
OWN = "tenants/tests/test_isolation.py::"

ISOLATION = [
    # --- The message ---
    Mutant(
        "the search path in the message",
        "tenants/isolation/backend/cursor.py",
        "if connection.known_path == path or",
        'if connection.known_path not in (UNKNOWN, "public") or',
        f"{APART}test_switching_inside_a_transaction_takes_effect_at_once",
    ),
    Mutant(
        "the search path is the transaction's only",
        "tenants/isolation/backend/cursor.py",
        'return f"SET LOCAL search_path TO {path};"',
        'return f"SET search_path TO {path};"',
        f"{OWN}test_nothing_stays_on_the_connection",
    ),
    Mutant(
        "the search path is sent again after a savepoint's rollback",
        "tenants/isolation/backend/base.py",
        "        # The rollback also undid a search path set after the savepoint.\n"
        "        self.connection.known_path = UNKNOWN\n",
        "",
        f"{OWN}test_after_a_savepoints_rollback_the_search_path_is_sent_again",
    ),
    Mutant(
        "nothing is sent ahead of a rollback",
        "tenants/isolation/backend/cursor.py",
        " or _has_failed(connection):",
        ":",
        f"{APART}test_an_error_of_one_tenant_is_rolled_back_as_another",
    ),
    Mutant(
        "the search path is sent ahead of COPY",
        "tenants/isolation/backend/cursor.py",
        '            self.execute("SELECT 1")\n',
        "            pass\n",
        f"{OWN}test_each_way_to_read_sees_its_own",
    ),
    Mutant(
        "the schema's name is quoted",
        "tenants/isolation/backend/cursor.py",
        "{quote_schema_name(tenant.schema_name)},public",
        "{tenant.schema_name},public",
        f"{OWN}test_a_name_cannot_break_out_of_the_search_path",
    ),
    Mutant(
        "the schema's name needs no quotes",
        "tenants/isolation/names.py",
        r'r"\A(?!pg_)[a-z][a-z0-9_]{0,62}\Z"',
        'r""',
        f"{OWN}test_a_name_cannot_break_out_of_the_search_path",
    ),
    # --- The schemas ---
    Mutant(
        "the router",
        "tenants/isolation/router.py",
        "return bool((app_label in settings.TENANT_APPS) == connection.in_tenant_schema)",
        "return app_label not in settings.TENANT_APPS or bool(connection)",
        f"{OWN}test_each_table_is_where_it_belongs",
    ),
    Mutant(
        "a missing schema's tables are not made in public",
        "tenants/isolation/provisioning.py",
        "    if found != tenant.schema_name:\n",
        "    if False:\n",
        f"{OWN}test_a_missing_schema_is_not_made_in_public",
    ),
    Mutant(
        "the application may not TRUNCATE",
        "tenants/append_only.py",
        'else "SELECT, INSERT, UPDATE, DELETE"',
        'else "SELECT, INSERT, UPDATE, DELETE, TRUNCATE"',
        f"{OWN}test_the_application_may_not_truncate",
    ),
    Mutant(
        "the application makes nothing in a schema",
        "tenants/isolation/backend/schema.py",
        "GRANT USAGE ON SCHEMA",
        "GRANT USAGE, CREATE ON SCHEMA",
        f"{OWN}test_the_application_changes_no_schema",
    ),
    # --- The models ---
    Mutant(
        "the manager refuses without a tenant",
        "tenants/isolation/rows.py",
        'raise TenantMissing(f"A query of {self.asking}")',
        "pass",
        f"{APART}test_without_a_tenant_nothing_runs",
    ),
    Mutant(
        "a row is not saved without a tenant",
        "tenants/isolation/rows.py",
        'raise TenantMissing(f"Saving a {row._meta.verbose_name}")',
        "return",
        f"{APART}test_without_a_tenant_nothing_runs",
    ),
    Mutant(
        "a row is not saved as another tenant",
        "tenants/isolation/rows.py",
        'if getattr(row._state, "tenant_id", tenant_id) != tenant_id:',
        "if False:",
        f"{OWN}test_an_object_of_one_tenant_is_refused_in_another",
    ),
]
"""In the order in which they are tried."""
