"""The template's own tools in `.venv/`. Standard library only: this is what runs before anything is installed."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
UV = VENV / "bin" / "uv"
REQUIREMENTS = ROOT / "tests" / "requirements.txt"
STAMP = VENV / "requirements.sha256"

# uv reads the machine's certificates, and does not fetch a Python of its own.
UV_ENVIRONMENT = {**os.environ, "UV_SYSTEM_CERTS": "1", "UV_PYTHON_DOWNLOADS": "never"}


def check_python() -> None:
    """Leave with a sentence when this Python is too old, or cannot make virtual environments."""
    if sys.version_info < (3, 11):  # noqa: UP036 - run by whatever Python the machine has
        sys.exit(f"Rowhouse needs Python 3.11 or newer; this is {sys.version_info[0]}.{sys.version_info[1]}.")
    try:
        __import__("ensurepip")
    except ImportError:
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        sys.exit(f"This Python cannot make virtual environments: install python{version}-venv (apt-get install).")


def install() -> Path:
    """Make `.venv/` with the pinned tools unless it is there and current, and return its Python."""
    check_python()
    wanted = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    if PYTHON.exists() and STAMP.exists() and STAMP.read_text() == wanted:
        return PYTHON
    if not UV.exists():
        venv.create(VENV, with_pip=True, clear=True)
        run(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "uv")
    run(UV, "pip", "install", "--quiet", "--python", PYTHON, "--require-hashes", "-r", REQUIREMENTS)
    STAMP.write_text(wanted)
    return PYTHON


def run(*command: str | Path) -> None:
    """Run a command; leave with its output if it fails."""
    done = subprocess.run(command, env=UV_ENVIRONMENT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{done.stdout}{done.stderr}")
