"""Looks in the database's own catalogue for everything that would lead from one tenant's schema to another's rows.

Migrations make what is asked for here. Other ways to make a table (RunSQL, a restored dump, a console) may not.
"""

from __future__ import annotations

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections

from tenants.findings import Finding, append_only_tables, findings_of, tables
from tenants.models import Tenant

REMEDIES = {
    "role": "The application's role is it or a member of it, and it may do anything: it is a superuser or owns tables. "
    "Take the attribute away, or REVOKE the membership.",
    "misplaced": "A tenant app's table in `public` is found by every tenant that lacks its own. Drop it.",
    "unguarded": "The application may use it, and no model says whose rows it holds. Give it a model: in a tenant "
    "app if its rows belong to tenants, in another app if they are common.",
    "missing": "A tenant's schema does not exist, so its statements would look into `public`. Restore it from a "
    "backup, or delete the tenant.",
    "orphan": "A schema like a tenant's that no tenant has; the making of one was cut off. Drop it.",
    "view": "It reads tenants' rows from outside of their schema. Drop it, or REVOKE it from the application.",
    "append-only": "The application may change or remove its rows, which are a record. REVOKE UPDATE, DELETE.",
    "foreign-key": "It leads from one tenant's schema into another's, or into `public`. Drop it.",
    "truncate": "The application may TRUNCATE it, as nothing it does needs. REVOKE TRUNCATE.",
    "create": "The application may make tables in it, and so put one before another. REVOKE CREATE ON SCHEMA.",
    "function": "It runs with the rights of its owner, and the application may call it. Make it SECURITY INVOKER, or "
    "REVOKE EXECUTE ON FUNCTION … FROM PUBLIC.",
}

_QUERY = """
WITH RECURSIVE
place AS (
    SELECT oid, nspname::text AS name, nspname = ANY(%(schemas)s::text[]) AS of_tenant,
           nspname ~ '^t_[0-9a-f]{16}$' AND nspname <> ALL(%(schemas)s::text[]) AS is_orphan
    FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%%' AND nspname <> 'information_schema'
),
relation AS (
    SELECT c.oid, c.relkind, c.relowner, c.relname::text AS table_name, p.name AS schema_name, p.of_tenant, p.is_orphan,
           CASE p.name WHEN 'public' THEN c.relname::text ELSE p.name || '.' || c.relname END AS name
    FROM pg_class c JOIN place p ON p.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm')
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
),
reader AS (
    SELECT r.ev_class AS oid FROM pg_rewrite r JOIN pg_depend d ON d.objid = r.oid
    JOIN relation o ON o.oid = d.refobjid JOIN relation v ON v.oid = r.ev_class
    WHERE o.of_tenant AND v.schema_name <> o.schema_name
    UNION
    SELECT r.ev_class FROM pg_rewrite r JOIN pg_depend d ON d.objid = r.oid JOIN reader v ON v.oid = d.refobjid
)
SELECT 'role', rolname::text FROM pg_roles r
WHERE pg_has_role(%(role)s, oid, 'MEMBER') AND (rolsuper OR EXISTS (SELECT FROM relation WHERE relowner = r.oid))
UNION ALL
SELECT 'misplaced', name FROM relation WHERE schema_name = 'public' AND table_name = ANY(%(tenant_tables)s)
UNION ALL
SELECT 'unguarded', name FROM relation
WHERE relkind IN ('r', 'p', 'f') AND NOT is_orphan
  AND NOT (schema_name = 'public' AND table_name = ANY(%(common_tables)s))
  AND NOT (of_tenant AND table_name = ANY(%(tenant_tables)s || '{django_migrations}'::text[]))
  AND has_table_privilege(%(role)s, oid, 'SELECT, INSERT, UPDATE, DELETE')
UNION ALL
SELECT 'missing', name FROM unnest(%(schemas)s::text[]) AS name WHERE name NOT IN (SELECT name FROM place)
UNION ALL
SELECT 'orphan', name FROM place WHERE is_orphan
UNION ALL
SELECT 'view', name FROM relation NATURAL JOIN reader WHERE has_table_privilege(%(role)s, oid, 'SELECT')
UNION ALL
SELECT 'append-only', name FROM relation
WHERE of_tenant AND table_name = ANY(%(append_only)s) AND has_table_privilege(%(role)s, oid, 'UPDATE, DELETE')
UNION ALL
SELECT 'foreign-key', f.name || '.' || conname FROM pg_constraint k
JOIN relation f ON f.oid = k.conrelid JOIN relation t ON t.oid = k.confrelid
WHERE contype = 'f' AND f.schema_name <> t.schema_name AND (f.of_tenant OR t.of_tenant)
UNION ALL
SELECT 'truncate', name FROM relation WHERE of_tenant AND has_table_privilege(%(role)s, oid, 'TRUNCATE')
UNION ALL
SELECT 'create', name FROM place WHERE has_schema_privilege(%(role)s, oid, 'CREATE')
UNION ALL
SELECT 'function', p.oid::regprocedure::text FROM pg_proc p JOIN place n ON n.oid = p.pronamespace
WHERE p.prosecdef AND has_function_privilege(%(role)s, p.oid, 'EXECUTE')
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
ORDER BY 1, 2
"""


def findings(using: str = DEFAULT_DB_ALIAS) -> list[Finding]:
    """What is wrong in the database, for the application's role; nothing if all is well.

    Everybody may read the catalogue, so any connection to the database will do.
    """
    parameters = {
        "role": settings.DATABASES[DEFAULT_DB_ALIAS]["USER"],
        "schemas": list(Tenant.objects.using(using).values_list("schema_name", flat=True)),
        "tenant_tables": tables(of_tenants=True),
        "append_only": append_only_tables(),
        "common_tables": ["django_migrations", *tables(of_tenants=False)],
    }
    with connections[using].cursor() as cursor:
        cursor.execute(_QUERY, parameters)
        return findings_of(cursor.fetchall(), REMEDIES)
