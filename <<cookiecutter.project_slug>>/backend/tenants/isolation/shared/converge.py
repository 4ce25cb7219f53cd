"""After each `migrate`, what keeps tenants apart is put back where it is missing.

The schema editor makes it with the table. RunSQL, a restored dump or a field that came before its tenant do not.
"""

from __future__ import annotations

import logging
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connections
from django.db.models import Model
from django.db.models.signals import post_migrate
from django.dispatch import receiver

from tenants.findings import append_only_tables

from .roles import extend

logger = logging.getLogger(__name__)

# Pairs of table and guard; for a foreign key without the tenant, the guard is the name of its column.
MISSING = """
WITH relation AS (
    SELECT c.*, t.attnum AS tenant_column, p.indkey[0] AS primary_column FROM pg_class c
    LEFT JOIN pg_attribute t ON t.attrelid = c.oid AND t.attname = 'tenant_id' AND NOT t.attisdropped
    LEFT JOIN pg_index p ON p.indrelid = c.oid AND p.indisprimary
    WHERE relnamespace = 'public'::regnamespace AND relname = ANY(%(tables)s)
),
owned AS (SELECT * FROM relation WHERE relname = ANY(%(tenant_tables)s) AND tenant_column IS NOT NULL)
SELECT relname, 'row-security' FROM owned WHERE NOT (relrowsecurity AND relforcerowsecurity)
UNION ALL
SELECT relname, 'policy' FROM owned o
WHERE NOT EXISTS (SELECT FROM pg_policy WHERE polrelid = o.oid AND polname = 'tenant_isolation')
UNION ALL
SELECT relname, 'key' FROM owned o WHERE NOT EXISTS (
    SELECT FROM pg_index WHERE indrelid = o.oid AND indisunique AND indnkeyatts = 2
    AND indkey[0] = tenant_column AND indkey[1] = primary_column)
UNION ALL
SELECT relname, 'rights' FROM relation
WHERE NOT (has_table_privilege(%(role)s, oid, 'SELECT') AND has_table_privilege(%(role)s, oid, 'INSERT'))
   OR relname <> ALL(%(append_only)s)
      AND NOT (has_table_privilege(%(role)s, oid, 'UPDATE') AND has_table_privilege(%(role)s, oid, 'DELETE'))
UNION ALL
SELECT relname, attname FROM pg_constraint k JOIN owned o ON o.oid = k.conrelid
JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
WHERE contype = 'f' AND cardinality(conkey) = 1 AND confrelid IN (SELECT oid FROM owned)
"""


@receiver(post_migrate, dispatch_uid="tenants.converge")
def after_migrate(sender: Any, using: str, **kwargs: Any) -> None:
    """Django tells so once for each app: one of them is enough, as all tables are there by then."""
    if sender.label == "tenants" and using == "owner":
        converge()
        extend()


def converge() -> None:
    """Put back what is missing, as the owner of the tables: all of it or nothing. A query alone if all is there.

    Raises IntegrityError if a row points to another tenant's, so that no foreign key can hold the tenant.
    """
    missing = _missing()
    if not missing:
        return
    with connections["owner"].schema_editor() as opened:
        editor: Any = opened  # ours; Django's has no guards
        for model in _models():
            for guard, sql in editor.guards(model).items():
                if (model._meta.db_table, guard) in missing:
                    logger.warning("Put back, as it was missing: %s of the table %s", guard, model._meta.db_table)
                    editor.execute(sql)
        for model in _models():
            for field in model._meta.local_concrete_fields:
                if (model._meta.db_table, field.column) in missing:
                    logger.warning("Put the tenant into a foreign key: %s", field)
                    editor.replace_foreign_key(model, field)


def _missing() -> set[tuple[str, str]]:
    models = _models()
    parameters = {
        "role": settings.DATABASES["default"]["USER"],
        "tables": [model._meta.db_table for model in models],
        "append_only": append_only_tables(),
        "tenant_tables": [model._meta.db_table for model in models if model._meta.app_label in settings.TENANT_APPS],
    }
    with connections["owner"].cursor() as cursor:
        cursor.execute(MISSING, parameters)
        return set(cursor.fetchall())


def _models() -> list[type[Model]]:
    return [
        model for model in apps.get_models(include_auto_created=True) if model._meta.managed and not model._meta.proxy
    ]
