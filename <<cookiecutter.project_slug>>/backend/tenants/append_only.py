"""Rows that stay as they are."""

from typing import Any

from django.db import models


class AppendOnly:
    """Before TenantAwareModel: the application may read and add such rows, and neither change nor remove any.

    That is for the database to say: it grants no more (see the schema editor). They go with their tenant.
    """

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the row. Saved again it would be another one, which the database refuses."""
        super().save(*args, **kwargs | {"force_insert": True})  # type: ignore[misc]


def is_append_only(model: type[models.Model]) -> bool:
    """Is it such a model, or what a migration has of one?"""
    return issubclass(model, AppendOnly)


def rights_on(model: type[models.Model]) -> str:
    """What the application may do with the model's table: never TRUNCATE. Migrations are for the owner to note."""
    if model._meta.app_label == "migrations":
        return "SELECT"
    return "SELECT, INSERT" if is_append_only(model) else "SELECT, INSERT, UPDATE, DELETE"
