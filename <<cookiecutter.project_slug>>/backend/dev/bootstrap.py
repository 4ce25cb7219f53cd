"""The virtual environment and the packages of the backend, from a bare Python."""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from .console import Failure, step
from .processes import Command, Processes
from .project import Project

INSTALLER = Path(__file__).with_name("uv.txt")
STAMP = ".packages"
# make's own, what leads a Python elsewhere, and what makes each process compile all packages anew (five seconds).
NOT_PASSED_ON = {"MAKEFLAGS", "MAKELEVEL", "PYTHONHOME", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE"}


def environment(project: Project) -> dict[str, str]:
    """The variables for a process of the project: the caller's, and the virtual environment's programs first."""
    caller = {name: value for name, value in os.environ.items() if name not in NOT_PASSED_ON}
    return {
        **caller,
        "PATH": f"{project.venv / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "VIRTUAL_ENV": str(project.venv),
        "PYTHONUNBUFFERED": "1",
        "NEXT_TELEMETRY_DISABLED": "1",
        # Certificates as the machine has them (a company's own, too), and no Python but the one at hand.
        "UV_SYSTEM_CERTS": "1",
        "UV_PYTHON_DOWNLOADS": "never",
    }


def python_environment(processes: Processes, project: Project) -> None:
    """Have a virtual environment with the installer in it; a broken or half-made one is made again.

    Does nothing when VENV names an environment, which is used as it is.
    """
    if not os.environ.get("VENV") and not _has_installer(project):
        with step("Python environment"):
            _make_environment(processes, project)


def python_packages(processes: Processes, project: Project) -> None:
    """Have exactly the packages of requirements/dev.txt in the environment; see python_environment for VENV."""
    if os.environ.get("VENV"):
        return
    wanted = digest(project.backend / "requirements" / "dev.txt")
    if stamp_of(project.venv) != wanted:
        with step("Python packages"):
            install(processes, project, "python-packages", ["sync", "--python", project.python, "requirements/dev.txt"])
            set_stamp(project.venv, wanted)


def install(processes: Processes, project: Project, name: str, arguments: Command) -> None:
    """Run `uv pip` in the backend folder, with hashes checked."""
    command = ["uv", "pip", *arguments, "--require-hashes"]
    processes.run(name, command, env=environment(project), cwd=project.backend)


def digest(*files: Path) -> str:
    """One fingerprint of the contents of some files."""
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def stamp_of(folder: Path) -> str:
    """The fingerprint of what was installed into the folder; empty when that was not finished."""
    stamp = folder / STAMP
    return stamp.read_text() if stamp.is_file() else ""


def set_stamp(folder: Path, fingerprint: str) -> None:
    (folder / STAMP).write_text(fingerprint)


def _has_installer(project: Project) -> bool:
    """Is there a whole environment? The installer goes in last, and runs only if its files are all there."""
    installer: Command = [project.venv / "bin" / "uv", "--version"]
    return _succeeds(installer) and _succeeds([project.python, "-c", "import encodings"])


def _succeeds(command: Command) -> bool:
    try:
        return subprocess.run(command, capture_output=True, timeout=60).returncode == 0
    except OSError:
        return False


def _make_environment(processes: Processes, project: Project) -> None:
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if missing:
        package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        raise Failure(
            f"This Python has no module {missing[0]}. Install the package {package} "
            f"(on Debian and Ubuntu: sudo apt install {package}) and run this again."
        )
    if project.venv.exists():
        shutil.rmtree(project.venv)
    env = _without_pip_user(environment(project))
    processes.run("python-environment", [sys.executable, "-m", "venv", project.venv], env=env, cwd=project.root)
    pip: Command = [
        project.python,
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "--require-hashes",
        "-r",
        INSTALLER,
    ]
    processes.run("python-environment", pip, env=env, cwd=project.root)


def _without_pip_user(env: Mapping[str, str]) -> dict[str, str]:
    """PIP_USER and PIP_TARGET would lead the installer elsewhere than into the new environment."""
    return {name: value for name, value in env.items() if name not in ("PIP_USER", "PIP_TARGET", "PIP_PREFIX")}
