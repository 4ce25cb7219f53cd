"""Looks in the server's own catalogue for everything that would lead from one tenant's database to another's."""

from __future__ import annotations

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections

from tenants.findings import Finding, findings_of, tables
from tenants.models import Tenant

from .names import tenants_pattern

REMEDIES = {
    "role": "The application's role is it or a member of it, and it may do more than use the control plane's tables. "
    "Take the attribute away, or REVOKE the membership.",
    "tenant-role": "A tenant's role may do more than connect to its own database: it has an attribute or is a member "
    "of another role. Take the attribute away, or REVOKE the membership.",
    "open": "Roles that have no business in the database may connect to it: in a tenant's all others, in the control "
    "plane's the tenants'. REVOKE CONNECT ON DATABASE … FROM each of them, PUBLIC first.",
    "missing": "A tenant's database, or the role of the same name, does not exist. Restore it from a backup, or delete "
    "the tenant.",
    "orphan": "A database or role like a tenant's that no tenant has; the making of one was cut off. Drop it.",
    "misplaced": "A tenant app's table in the control plane's database. Drop it.",
}

_QUERY = """
WITH
tenant AS (SELECT unnest(%(names)s::text[]) AS name),
place AS (
    SELECT datname::text AS name, datdba, datacl FROM pg_database
    WHERE datname = current_database() OR datname IN (SELECT name FROM tenant)
),
tenant_role AS (SELECT r.* FROM pg_roles r JOIN tenant t ON t.name = r.rolname)
SELECT 'role', rolname::text FROM pg_roles r
WHERE pg_has_role(%(role)s, oid, 'MEMBER')
  AND (rolsuper OR rolcreatedb OR rolcreaterole OR rolname IN (SELECT name FROM tenant)
       OR EXISTS (SELECT FROM pg_class WHERE relowner = r.oid))
UNION ALL
SELECT 'tenant-role', rolname::text FROM tenant_role r
WHERE rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls
   OR EXISTS (SELECT FROM pg_auth_members WHERE member = r.oid)
UNION ALL
SELECT DISTINCT 'open', p.name FROM place p, aclexplode(coalesce(p.datacl, acldefault('d', p.datdba))) a
WHERE a.privilege_type = 'CONNECT' AND a.grantee <> p.datdba
  AND CASE p.name WHEN current_database() THEN a.grantee = 0 OR a.grantee IN (SELECT oid FROM tenant_role)
      ELSE a.grantee IS DISTINCT FROM (SELECT oid FROM pg_roles WHERE rolname = p.name) END
UNION ALL
SELECT 'missing', name FROM tenant
WHERE name NOT IN (SELECT name FROM place) OR name NOT IN (SELECT rolname FROM tenant_role)
UNION ALL
SELECT 'orphan', name FROM (SELECT datname::text AS name FROM pg_database UNION SELECT rolname FROM pg_roles) AS found
WHERE name ~ %(pattern)s AND name NOT IN (SELECT name FROM tenant)
UNION ALL
SELECT 'misplaced', relname::text FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relname = ANY(%(tenant_tables)s)
ORDER BY 1, 2
"""


def findings(using: str = DEFAULT_DB_ALIAS) -> list[Finding]:
    """What is wrong on the server, for the application's role and the tenants'; nothing if all is well.

    Everybody may read the catalogue, so any connection to the control plane's database will do.
    """
    parameters = {
        "role": settings.DATABASES[DEFAULT_DB_ALIAS]["USER"],
        "names": list(Tenant.objects.using(using).values_list("database", flat=True)),
        "pattern": tenants_pattern(),
        "tenant_tables": tables(of_tenants=True),
    }
    with connections[using].cursor() as cursor:
        cursor.execute(_QUERY, parameters)
        return findings_of(cursor.fetchall(), REMEDIES)
