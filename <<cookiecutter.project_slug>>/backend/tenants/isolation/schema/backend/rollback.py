"""Undoing what a transaction made elsewhere: a schema is made over another connection, and is committed at once."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.db.backends.postgresql import base

logger = logging.getLogger(__name__)


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's, with the counterpart of `on_commit`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.run_on_rollback: list[tuple[set[str | None], Callable[[], object]]] = []

    def on_rollback(self, function: Callable[[], object]) -> None:
        """Call the function if the running transaction, or a savepoint that it is in, is rolled back."""
        if self.in_atomic_block:
            self.run_on_rollback.append((set(self.savepoint_ids), function))

    def commit(self) -> None:
        """Commit; nothing is left to undo."""
        super().commit()
        self.run_on_rollback.clear()

    def rollback(self) -> None:
        """Roll back, then undo."""
        super().rollback()
        self._undo(lambda savepoints: True)

    def savepoint_rollback(self, sid: str) -> None:
        """Roll back to the savepoint, then undo what was done after it."""
        super().savepoint_rollback(sid)
        self._undo(lambda savepoints: sid in savepoints)

    def close(self) -> None:
        """Close. Whether a transaction that was cut off has been committed is not known here, so nothing is undone."""
        self.run_on_rollback.clear()
        super().close()

    def _undo(self, concerned: Callable[[set[str | None]], bool]) -> None:
        functions = [function for savepoints, function in self.run_on_rollback if concerned(savepoints)]
        self.run_on_rollback = [entry for entry in self.run_on_rollback if not concerned(entry[0])]
        for function in reversed(functions):
            try:
                function()
            except Exception:
                logger.exception("What a transaction had made could not be removed after its rollback")
