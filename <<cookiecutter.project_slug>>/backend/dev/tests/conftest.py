"""A small project to start and stop for real: two processes, a server that starts another process, and a worker."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from dev import env, family
from dev.project import Project
from dev.state import Recorded, StateFile

DEV = Path(__file__).resolve().parents[1]
PROCFILE = """
# A server, and a worker without a port.
api: cd backend && python server.py $API_PORT
worker: cd backend && python -c "import time; print('working', flush=True); time.sleep(600)"
"""
SERVER = """
import http.server, subprocess, sys
# What a server leaves behind if nobody looks: a child in a session of its own.
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
open("child.pid", "w").write(str(child.pid))
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Page).serve_forever()
"""
MANAGE = """
import os, sys
with open("managed.txt", "a") as out:
    print(sys.argv[1], os.environ["DATABASE_URL"].split(":")[1], file=out)
"""


@dataclass(frozen=True)
class Sandbox:
    """The small project, and the commands that a person would give it."""

    project: Project

    def command(self, *arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        """Run `python -m dev …` to its end."""
        return subprocess.run(
            [sys.executable, "-m", "dev", *arguments],
            cwd=self.project.backend,
            env=self.environment(**variables),
            capture_output=True,
            text=True,
            timeout=120,
        )

    def foreground(self, *launcher: str) -> "subprocess.Popen[str]":
        """`make start` in a terminal of its own; returns when it says where to click."""
        started = subprocess.Popen(
            [*launcher, sys.executable, "-m", "dev", "start"],
            cwd=self.project.backend,
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        assert started.stdout
        for line in started.stdout:
            if "Ctrl-C ends it" in line:
                return started
        raise AssertionError(f"it did not start: exit code {started.wait()}")

    def environment(self, **variables: str) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
        return {**kept, "VENV": sys.prefix, **variables}

    def recorded(self) -> list[Recorded]:
        return StateFile(self.project.var / "state.json").processes()

    def addresses(self) -> dict[str, str]:
        return env.read(self.project.var / "services.env")

    def pids(self) -> dict[int, str]:
        """Everything that runs: what was written down, and the server's child, each with its time of birth."""
        child = int((self.project.backend / "child.pid").read_text())
        return {pid: str(family.started_at(pid)) for pid in [*(one.pid for one in self.recorded()), child]}


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    """A project in a path with a space and a quote; whatever a failing test leaves running is ended."""
    root = tmp_path / "Alice's project"
    backend = root / "backend"
    backend.mkdir(parents=True)
    shutil.copytree(DEV, backend / "dev", ignore=shutil.ignore_patterns("tests", "management", "__pycache__"))
    (root / "Procfile").write_text(PROCFILE)
    (root / ".env.example").write_text("SECRET_KEY=change-me\nDATABASE_NAME=sandbox\nAPI_PORT=28000\n")
    (backend / "server.py").write_text(SERVER)
    (backend / "manage.py").write_text(MANAGE)
    made = Sandbox(Project(root))
    yield made
    supervisor = StateFile(made.project.var / "state.json").get("supervisor")
    recorded = [*made.recorded(), *([Recorded(**supervisor)] if supervisor else [])]
    family.end(one for one in recorded if one.pid != os.getpid())


def kill(pid: int) -> None:
    """What a crash looks like from outside: no chance to tidy up."""
    os.kill(pid, signal.SIGKILL)
