"""What happens before anything runs: Python, `.env`, ports, Node, the Procfile."""

import re
import runpy
import socket
import stat
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from dev import bootstrap, env, node, ports, procfile, screen, supervisor
from dev.console import Failure
from dev.processes import Processes
from dev.project import Project
from dev.state import StateFile
from dev.tests.conftest import DEV

EXAMPLE = "# change-me in a comment\nFIRST=change-me\nSECOND=change-me\nPORT=8000\n# OPTIONAL=\n"


def test_an_old_python_is_refused_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 2, "final", 0))
    with pytest.raises(
        SystemExit, match=r"^This needs Python 3\.11 or newer, and .* is 3\.10\. Name a newer one: make start"
    ):
        runpy.run_path(str(Path(bootstrap.__file__).with_name("__main__.py")))


def test_the_bootstrap_imports_the_standard_library_alone() -> None:
    """It runs before anything is installed."""
    for file in Path(bootstrap.__file__).parent.glob("*.py"):
        for module in re.findall(r"^(?:from|import) ([\w.]+)", file.read_text(), re.MULTILINE):
            assert module.startswith(".") or module.split(".")[0] in sys.stdlib_module_names, f"{file.name}: {module}"


def test_env_is_written_once_with_a_secret_each(tmp_path: Path) -> None:
    (tmp_path / ".env.example").write_text(EXAMPLE)
    project = Project(tmp_path)
    assert env.write_once(project) is True
    written = env.read(project.env_file)
    assert set(written) == {"FIRST", "SECOND", "PORT"}
    assert written["PORT"] == "8000"
    assert written["FIRST"] != written["SECOND"]
    assert all(re.fullmatch(r"[\w-]{64}", written[name]) for name in ("FIRST", "SECOND"))
    assert stat.S_IMODE(project.env_file.stat().st_mode) == 0o600

    project.env_file.write_text("MINE=kept\n")
    assert env.write_once(project) is False
    assert project.env_file.read_text() == "MINE=kept\n"


def test_two_projects_have_different_secrets(tmp_path: Path) -> None:
    secrets = set()
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / ".env.example").write_text(EXAMPLE)
        env.write_once(Project(tmp_path / name))
        secrets.add(env.read(tmp_path / name / ".env")["FIRST"])
    assert len(secrets) == 2


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("A=b", {"A": "b"}),
        ("export A=b", {"A": "b"}),
        ("A = 'b c' ", {"A": "b c"}),
        ('A="b=c#d"', {"A": "b=c#d"}),
        ("A=", {"A": ""}),
        ("# A=b", {}),
        ("nonsense", {}),
    ],
)
def test_reading_env(tmp_path: Path, line: str, expected: dict[str, str]) -> None:
    (tmp_path / ".env").write_text(line + "\n")
    assert env.read(tmp_path / ".env") == expected


def test_the_environment_goes_before_env_and_empty_is_unset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("API_PORT=1\nREDIS_URL=\n")
    monkeypatch.setenv("API_PORT", "2")
    monkeypatch.delenv("REDIS_URL", raising=False)
    settings = env.settings(Project(tmp_path))
    assert settings["API_PORT"] == "2"
    assert "REDIS_URL" not in settings


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "::1"])  # noqa: S104
def test_a_port_in_use_is_not_free(host: str) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as squatter:
        squatter.bind((host, 0))
        squatter.listen()
        taken = squatter.getsockname()[1]
        assert ports.is_free(taken) is False
        assert ports.first_free(taken) > taken
    assert ports.is_free(taken) is True


def test_two_processes_get_two_ports() -> None:
    lines = [procfile.Line(name, ".", f"serve ${name.upper()}_PORT") for name in ("api", "web")]
    chosen = procfile.choose_ports(lines, {"API_PORT": "29000", "WEB_PORT": "29000"})
    assert int(chosen["WEB_PORT"]) > int(chosen["API_PORT"]) >= 29000


def test_two_starts_at_the_same_moment_get_two_ports() -> None:
    """One has chosen its port and does not listen on it yet when the other chooses."""
    choose = "from dev import ports; print(ports.any_free(), flush=True); input()"
    command = [sys.executable, "-c", choose]
    with subprocess.Popen(command, cwd=DEV.parent, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout
        theirs = int(other.stdout.readline())
        assert ports.is_free(theirs)
        assert ports.first_free(theirs) > theirs
        other.communicate("go\n", timeout=10)
    assert ports.first_free(theirs) == theirs


def test_a_port_that_is_none_is_refused() -> None:
    with pytest.raises(Failure, match="API_PORT is 'eighty' and must be a port"):
        procfile.choose_ports([procfile.Line("api", ".", "serve $API_PORT")], {"API_PORT": "eighty"})


def test_the_procfile_is_read(tmp_path: Path) -> None:
    (tmp_path / "Procfile").write_text("# a comment\n\napi: cd backend && serve $API_PORT\nclock: tick\n")
    api, clock = procfile.read(tmp_path / "Procfile")
    assert api == procfile.Line("api", "backend", "serve $API_PORT")
    assert api.port_variable == "API_PORT"
    assert clock == procfile.Line("clock", ".", "tick")
    assert clock.port_variable is None


def test_a_line_that_is_no_process_is_refused(tmp_path: Path) -> None:
    (tmp_path / "Procfile").write_text("just some words\n")
    with pytest.raises(Failure, match="a line that is not `name: command`: just some words"):
        procfile.read(tmp_path / "Procfile")


def fake_node(folder: Path, version: str) -> None:
    folder.mkdir(parents=True)
    for name in ("node", "npm"):
        (folder / name).write_text(f"#!/bin/sh\necho {version}\n")
        (folder / name).chmod(0o755)


@pytest.mark.parametrize(
    ("version", "taken"), [("v22.22.0", True), ("v24.1.0", True), ("v22.21.9", False), ("v9.99.0", False)]
)
def test_a_node_that_is_too_old_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, taken: bool
) -> None:
    fake_node(tmp_path / "machine", version)
    fake_node(tmp_path / "var" / "node" / "commands", "v24.0.0")
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "package.json").write_text('{"engines": {"node": ">=22.22"}}')
    monkeypatch.setenv("PATH", f"{tmp_path / 'machine'}:/usr/bin:/bin")
    first = node.path(Project(tmp_path))["PATH"].split(":")[0]
    assert (first == str(tmp_path / "var" / "node" / "commands")) is not taken


def test_without_a_node_it_says_what_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "package.json").write_text('{"engines": {"node": ">=22.22"}}')
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("VENV", str(tmp_path))
    with pytest.raises(Failure, match=r"needs Node 22\.22 or newer"):
        node.path(Project(tmp_path))


def test_packages_are_not_installed_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VENV", raising=False)
    project = Project(tmp_path)
    (tmp_path / "backend" / "requirements").mkdir(parents=True)
    requirements = tmp_path / "backend" / "requirements" / "dev.txt"
    requirements.write_text("one\n")
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    calls = tmp_path / "calls"
    uv = tmp_path / ".venv" / "bin" / "uv"
    uv.write_text(f"#!/bin/sh\necho \"$@\" >> '{calls}'\n")
    uv.chmod(0o755)
    processes = Processes(StateFile(project.var / "state.json"), project.logs)
    for _ in range(2):
        bootstrap.python_packages(processes, project)
    assert len(calls.read_text().splitlines()) == 1
    assert "--require-hashes" in calls.read_text()
    requirements.write_text("two\n")
    bootstrap.python_packages(processes, project)
    assert len(calls.read_text().splitlines()) == 2


def test_an_interrupted_installation_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VENV", raising=False)
    (tmp_path / "backend" / "requirements").mkdir(parents=True)
    (tmp_path / "backend" / "requirements" / "dev.txt").write_text("one\n")
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    uv = tmp_path / ".venv" / "bin" / "uv"
    uv.write_text("#!/bin/sh\necho the network is gone\nexit 2\n")
    uv.chmod(0o755)
    project = Project(tmp_path)
    processes = Processes(StateFile(project.var / "state.json"), project.logs)
    with pytest.raises(Failure, match=r"(?s)python-packages failed with exit code 2.*the network is gone"):
        bootstrap.python_packages(processes, project)
    assert bootstrap.stamp_of(project.venv) == ""


def test_a_half_made_environment_is_not_taken_for_a_whole_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VENV", raising=False)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    assert bootstrap._has_installer(Project(tmp_path)) is False


def test_a_python_without_venv_names_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap.importlib.util, "find_spec", lambda name: None if name == "ensurepip" else object())
    project = Project(tmp_path)
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    with pytest.raises(Failure, match=f"has no module ensurepip. Install the package {package} "):
        bootstrap._make_environment(Processes(StateFile(tmp_path / "state.json"), tmp_path), project)


def test_a_tenants_address() -> None:
    assert screen.tenant_url("http://localhost:3001", "acme") == "http://acme.localhost:3001"


@pytest.mark.parametrize(("page", "expected"), [("/healthz", True), ("/missing", False), ("/broken", False)])
def test_ready_is_what_answers_without_an_error(page: str, expected: bool) -> None:
    with HTTPServer(("127.0.0.1", 0), Site) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        assert supervisor.answers(server.server_port, page) is expected


def test_nobody_there_is_not_ready() -> None:
    assert supervisor.answers(ports.any_free(), "/") is False


class Site(BaseHTTPRequestHandler):
    """A server that is well on one page, and not on others."""

    def do_GET(self) -> None:
        self.send_response({"/healthz": 200, "/broken": 500}.get(self.path, 404))
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        pass
