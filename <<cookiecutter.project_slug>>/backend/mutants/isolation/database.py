"""The guards in the database and on the way to it."""

from mutants.mutant import Mutant

APART = "tenants/tests/test_keeping_apart.py::"
OWN = "tenants/tests/test_isolation.py::"

ISOLATION = [
    # --- The router and the connection ---
    Mutant(
        "the router refuses without a tenant",
        "tenants/isolation/router.py",
        'raise TenantMissing(f"A query of {model.__name__}")',
        "return None",
        f"{APART}test_without_a_tenant_nothing_runs",
    ),
    Mutant(
        "the router refuses another tenant's object",
        "tenants/isolation/router.py",
        "if origin and database_of(origin) != database:",
        "if False:",
        f"{OWN}test_an_object_of_one_tenant_is_refused_in_another",
    ),
    Mutant(
        "the router knows where tables are made",
        "tenants/isolation/router.py",
        "return db.startswith((TENANT, OWNER)) == (app_label in settings.TENANT_APPS)",
        "return True",
        f"{OWN}test_each_table_is_where_it_belongs",
    ),
    Mutant(
        "the connection serves its own tenant only",
        "tenants/isolation/backend/base.py",
        "            _refuse_others(self.alias)\n",
        "            pass\n",
        f"{OWN}test_a_tenants_connection_serves_no_other",
    ),
    Mutant(
        "the connection serves nobody without a tenant",
        "tenants/isolation/backend/base.py",
        'raise TenantMissing("A connection to a tenant\'s database")',
        "return",
        f"{OWN}test_a_tenants_connection_serves_no_other",
    ),
    # --- The roles ---
    Mutant(
        "a tenant's database is closed to others: REVOKE CONNECT",
        "tenants/isolation/provisioning.py",
        '        execute(server, "REVOKE ALL ON DATABASE {} FROM PUBLIC", name)\n',
        "",
        f"{OWN}test_a_tenants_role_is_let_into_no_other_database",
    ),
    Mutant(
        "the control plane's database is closed to tenants' roles",
        "tenants/isolation/provisioning.py",
        "                _close_to_public(server)\n",
        "                pass\n",
        f"{OWN}test_a_tenants_role_is_let_into_no_other_database",
    ),
    Mutant(
        "a password for each role",
        "tenants/isolation/aliases.py",
        'return hmac.new(self.key.encode(), role.encode(), "sha256").hexdigest()',
        "return self.key",
        f"{OWN}test_each_role_has_a_password_of_its_own",
    ),
    Mutant(
        "the application may not TRUNCATE",
        "tenants/append_only.py",
        'else "SELECT, INSERT, UPDATE, DELETE"',
        'else "SELECT, INSERT, UPDATE, DELETE, TRUNCATE"',
        f"{OWN}test_the_application_may_not_truncate",
    ),
    Mutant(
        "the template's role keeps no rights in a copy",
        "tenants/isolation/provisioning.py",
        "        EXECUTE format('REVOKE ALL ON public.%I FROM %I', granted.relname, {template_name});\n",
        "",
        f"{OWN}test_a_copied_database_is_like_a_migrated_one",
    ),
    # --- Versions ---
    Mutant(
        "a database that is behind is not ready",
        "tenants/isolation/databases.py",
        "    if needed() <= _applied(tenant):\n",
        "    if True:\n",
        f"{OWN}test_a_tenant_that_lacks_a_migration_is_not_ready",
    ),
    Mutant(
        "a request for it is told to come back: 503",
        "tenants/middleware.py",
        "if tenant and not is_ready(tenant):",
        "if False:",
        f"{OWN}test_a_request_for_a_tenant_that_is_behind_is_told_to_come_back",
    ),
    Mutant(
        "a task for it waits",
        "jobs/tasks.py",
        "if not (called or is_ready(tenant)):",
        "if False:",
        f"{OWN}test_a_task_for_a_tenant_that_is_behind_is_sent_again",
    ),
    Mutant(
        "a tenant on the move is not ready",
        "tenants/isolation/databases.py",
        "    if tenant.moving:\n        return False\n",
        "",
        f"{OWN}test_a_tenant_on_the_move_is_not_ready",
    ),
]
"""In the order in which they are tried."""
