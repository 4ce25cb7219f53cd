"""Django's executor of migrations, safe to be killed.

Django's own records a migration with foreign keys after its transaction: killed between the two, it finds its tables
there the next time, does not know them, and fails for good.
"""

from contextlib import AbstractContextManager, nullcontext
from typing import Any

from django.db import transaction
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor


class Executor(MigrationExecutor):
    """Applies a migration and records it: both or neither."""

    def apply_migration(self, state: Any, migration: Migration, *args: Any, **options: Any) -> Any:
        """Apply it; `atomic = False`, which is the migration's own wish, is as safe as its statements are."""
        with self._whole(migration):
            return super().apply_migration(state, migration, *args, **options)

    def unapply_migration(self, state: Any, migration: Migration, *args: Any, **options: Any) -> Any:
        """Unapply it, likewise."""
        with self._whole(migration):
            return super().unapply_migration(state, migration, *args, **options)

    def _whole(self, migration: Migration) -> AbstractContextManager[None]:
        return transaction.atomic(using=self.connection.alias) if migration.atomic else nullcontext()
