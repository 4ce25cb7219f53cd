"""What the audit of the live database tells; see `isolation.audit` for what it looks for."""

from dataclasses import dataclass

from django.apps import apps
from django.conf import settings

from .append_only import is_append_only


@dataclass(frozen=True)
class Finding:
    """Something in the database that would let one tenant reach another's rows."""

    rule: str
    """The rule's short name, such as `truncate`."""
    where: str
    """The table, role, … that breaks it."""
    remedy: str
    """What it means and what to do, in a sentence or two."""

    def __str__(self) -> str:
        return f"{self.rule}: {self.where}. {self.remedy}"


def findings_of(rows: list[tuple[str, str]], remedies: dict[str, str]) -> list[Finding]:
    """Rows of (rule, where) as findings."""
    return [Finding(rule, where, remedies[rule]) for rule, where in rows]


def tables(*, of_tenants: bool) -> list[str]:
    """The tables of the models whose rows belong to tenants, or those of all other models."""
    models = apps.get_models(include_auto_created=True)
    return [model._meta.db_table for model in models if (model._meta.app_label in settings.TENANT_APPS) == of_tenants]


def append_only_tables() -> list[str]:
    """The tables whose rows the application may add and read, and no more."""
    return [model._meta.db_table for model in apps.get_models() if is_append_only(model)]
