"""Where things are in a project."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Project:
    """A project's folder, and the names of what lies in it."""

    root: Path

    @property
    def backend(self) -> Path:
        return self.root / "backend"

    @property
    def var(self) -> Path:
        """What a running project leaves behind: data, logs, state. Ignored by git; may be deleted when stopped."""
        return self.root / "var"

    @property
    def logs(self) -> Path:
        return self.var / "log"

    @property
    def env_file(self) -> Path:
        return self.root / ".env"

    @property
    def venv(self) -> Path:
        """The virtual environment: `.venv`, or the one that VENV names, which is then used as it is."""
        return Path(os.environ.get("VENV") or self.root / ".venv")

    @property
    def python(self) -> Path:
        return self.venv / "bin" / "python"

    def package_folders(self) -> list[Path]:
        """The folders with a package.json: what npm installs, builds and tests."""
        return sorted(file.parent for file in self.root.glob("*/package.json"))


def here() -> Project:
    """The project that this code is part of."""
    return Project(Path(__file__).resolve().parents[2])
