"""A guard that is taken out, and the tests that must go red without it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


class GuardMoved(LookupError):
    """The text that a mutant takes out is not where it looks for it, or is there more than once."""


@dataclass(frozen=True)
class Mutant:
    """One change of one file, as a careless commit could make it."""

    guard: str
    """What is taken out, in a few words."""
    file: str
    """Where it is, from the backend's folder."""
    before: str
    """The text that makes the guard, which is in the file exactly once."""
    after: str
    """What stands in its place."""
    test: str
    """The test that must go red, as pytest names it; of one with parameters, a case must."""

    def place(self, backend: Path) -> str:
        """The file and the number of the line where the guard begins. Raises GuardMoved."""
        text = self._text(backend)
        return f"{self.file}:{text.count(chr(10), 0, text.index(self.before)) + 1}"

    def mutated(self, backend: Path) -> str:
        """The file's text without the guard. Raises GuardMoved."""
        return self._text(backend).replace(self.before, self.after)

    def _text(self, backend: Path) -> str:
        text = (backend / self.file).read_text(encoding="utf-8")
        if (found := text.count(self.before)) != 1:
            raise GuardMoved(
                f"The guard is no longer where the mutant '{self.guard}' looks for it: {self.file} has this text "
                f"{found} times, and not once. Bring the mutant's `before` and `after` up to date.\n\n{self.before}"
            )
        return text
