"""Looks in the database's own catalogue for everything that would let rows past Row-Level Security.

Migrations make what is asked for here. Other ways to make a table (RunSQL, a restored dump, a console) may not.
"""

from __future__ import annotations

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections

from tenants.findings import Finding, append_only_tables, findings_of, tables

REMEDIES = {
    "row-security": "Its policy does not bind everybody. ALTER TABLE … ENABLE, and FORCE, ROW LEVEL SECURITY.",
    "policy": "Its policies are not the one that the schema editor makes; any other could let more rows through. "
    "Drop them and create `tenant_isolation` as another table has it.",
    "unguarded": "The application may use it, and no model says whose rows it holds. Give it a model: in a tenant "
    "app if its rows belong to tenants, in another app if they are common.",
    "role": "The application's role is it or a member of it, and it goes past every policy: it is a superuser, has "
    "BYPASSRLS or owns tenants' tables. Take the attribute away, or REVOKE the membership.",
    "view": "It reads tenants' rows with the rights of its owner. ALTER VIEW … SET (security_invoker = true).",
    "materialized-view": "It holds rows of all tenants, and no policy can guard it. REVOKE it from the application.",
    "truncate": "The application may TRUNCATE it, and no policy stops that. REVOKE TRUNCATE.",
    "append-only": "The application may change or remove its rows, which are a record. REVOKE UPDATE, DELETE.",
    "foreign-key": "Foreign keys look past policies: this one may point to another tenant's row. Let it lead with "
    "tenant_id and refer to (tenant_id, id).",
    "unique": "It refuses what another tenant has, and so tells of it. Use TenantUniqueConstraint.",
    "function": "It runs with the rights of its owner, and the application may call it. Make it SECURITY INVOKER, or "
    "REVOKE EXECUTE ON FUNCTION … FROM PUBLIC.",
    "index": "No index leads with tenant_id, so each tenant's queries read the rows of all.",
}

# The schema editor's policy as PostgreSQL writes it: its name, for all commands, permissive, for all roles; conditions.
# It has to be the only one that the application is bound by; others' roles may have their own.
_IS_CURRENT = (
    "(tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::bigint AS \"nullif\"))"
)

_POLICY = f"tenant_isolation|*|t|{{0}}|{_IS_CURRENT}|{_IS_CURRENT}"

_QUERY = """
WITH RECURSIVE
relation AS (
    SELECT c.*, CASE n.nspname WHEN 'public' THEN c.relname::text ELSE n.nspname || '.' || c.relname END AS name,
           n.nspname = 'public' AND c.relname = ANY(%(tenant_tables)s) AS of_tenants,
           n.nspname = 'public' AND c.relname = ANY(%(common_tables)s) AS is_common
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname NOT LIKE 'pg\\_%%' AND n.nspname <> 'information_schema' AND c.relkind IN ('r', 'p', 'f', 'v', 'm')
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
),
owned AS (SELECT * FROM relation WHERE of_tenants),
reader AS (
    SELECT r.ev_class AS oid FROM pg_rewrite r JOIN pg_depend d ON d.objid = r.oid JOIN owned o ON o.oid = d.refobjid
    WHERE r.ev_class <> o.oid
    UNION
    SELECT r.ev_class FROM pg_rewrite r JOIN pg_depend d ON d.objid = r.oid JOIN reader v ON v.oid = d.refobjid
),
tenant_column AS (SELECT attrelid, attnum FROM pg_attribute WHERE attname = 'tenant_id' AND attnum > 0)
SELECT 'row-security', name FROM owned WHERE NOT (relrowsecurity AND relforcerowsecurity)
UNION ALL
SELECT 'policy', name FROM owned o
WHERE %(policy)s IS DISTINCT FROM (
    SELECT string_agg(concat_ws('|', polname, polcmd, polpermissive, polroles, pg_get_expr(polqual, polrelid),
                                pg_get_expr(polwithcheck, polrelid)), ';')
    FROM pg_policy WHERE polrelid = o.oid AND EXISTS (
        SELECT FROM unnest(polroles) AS bound WHERE bound = 0 OR pg_has_role(%(role)s, bound, 'MEMBER')))
UNION ALL
SELECT 'unguarded', name FROM relation
WHERE relkind IN ('r', 'p', 'f') AND NOT of_tenants AND NOT is_common
  AND has_table_privilege(%(role)s, oid, 'SELECT, INSERT, UPDATE, DELETE')
UNION ALL
SELECT 'role', rolname FROM pg_roles r
WHERE pg_has_role(%(role)s, oid, 'MEMBER')
  AND (rolsuper OR rolbypassrls OR EXISTS (SELECT FROM owned WHERE relowner = r.oid))
UNION ALL
SELECT 'view', name FROM relation NATURAL JOIN reader
WHERE relkind = 'v' AND has_table_privilege(%(role)s, oid, 'SELECT')
  AND NOT coalesce(reloptions && ARRAY['security_invoker=true', 'security_invoker=on', 'security_invoker=1'], false)
UNION ALL
SELECT 'materialized-view', name FROM relation NATURAL JOIN reader
WHERE relkind = 'm' AND has_table_privilege(%(role)s, oid, 'SELECT')
UNION ALL
SELECT 'truncate', name FROM owned WHERE has_table_privilege(%(role)s, oid, 'TRUNCATE')
UNION ALL
SELECT 'append-only', name FROM owned
WHERE relname = ANY(%(append_only)s) AND has_table_privilege(%(role)s, oid, 'UPDATE, DELETE')
UNION ALL
SELECT 'foreign-key', name || '.' || conname FROM pg_constraint k JOIN owned o ON o.oid = k.conrelid
WHERE contype = 'f' AND confrelid IN (SELECT oid FROM owned) AND NOT EXISTS (
    SELECT FROM tenant_column t WHERE t.attrelid = k.conrelid AND t.attnum = ANY(k.conkey))
UNION ALL
SELECT 'unique', name || '.' || i.indexrelid::regclass FROM pg_index i JOIN owned o ON o.oid = i.indrelid
WHERE i.indisunique AND NOT i.indisprimary AND NOT EXISTS (
    SELECT FROM tenant_column t WHERE t.attrelid = i.indrelid AND t.attnum = ANY(i.indkey))
UNION ALL
SELECT 'function', p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE p.prosecdef AND n.nspname NOT LIKE 'pg\\_%%' AND n.nspname <> 'information_schema'
  AND has_function_privilege(%(role)s, p.oid, 'EXECUTE')
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
UNION ALL
SELECT 'index', name FROM owned o WHERE NOT EXISTS (
    SELECT FROM pg_index i JOIN tenant_column t ON t.attrelid = i.indrelid AND t.attnum = i.indkey[0]
    WHERE i.indrelid = o.oid)
ORDER BY 1, 2
"""


def findings(using: str = DEFAULT_DB_ALIAS) -> list[Finding]:
    """What is wrong in the database, for the application's role; nothing if all is well.

    Everybody may read the catalogue, so any connection to the database will do.
    """
    parameters = {
        "role": settings.DATABASES[DEFAULT_DB_ALIAS]["USER"],
        "tenant_tables": tables(of_tenants=True),
        "append_only": append_only_tables(),
        "common_tables": ["django_migrations", *tables(of_tenants=False)],
        "policy": _POLICY,
    }
    with connections[using].cursor() as cursor:
        cursor.execute(_QUERY, parameters)
        return findings_of(cursor.fetchall(), REMEDIES)
