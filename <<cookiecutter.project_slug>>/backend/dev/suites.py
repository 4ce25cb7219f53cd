"""The tests of a project, each on services of its own that are thrown away: what `make test` does.

- `backend`: pytest;
- a folder with a package.json, by its name: its npm scripts format:check, lint, types and test;
- `e2e`: the whole product, built and running, and a browser that clicks through it (npm script e2e).
"""

import os
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from . import env, node, ports, procfile, running, services
from .console import Failure, bold, say, step
from .processes import Processes
from .project import Project
from .supervisor import Supervisor

NPM_SUITES = ("format:check", "lint", "types", "test")
Suite = Callable[[Processes], bool]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def test(project: Project, names: Sequence[str], pytest_arguments: Sequence[str]) -> bool:
    """Run the suites of these names, or all. True when all passed. Raises Failure on a name that there is not."""
    suites = _suites(project, pytest_arguments)
    if unknown := set(names) - set(suites):
        raise Failure(f"There is no suite {', '.join(sorted(unknown))}. There are: {', '.join(suites)}.")
    with running.throw_away(project) as processes:
        running.install_all(processes, project)
        results = {name: _timed(name, suites[name], processes) for name in names or suites}
    for name, (passed, seconds) in results.items():
        say(f"{name:12} {'passed' if passed else bold('FAILED')} in {seconds:.0f} s")
    return all(passed for passed, _ in results.values())


def _suites(project: Project, pytest_arguments: Sequence[str]) -> dict[str, Suite]:
    folders = project.package_folders()
    found: dict[str, Suite] = {"backend": partial(_backend, project, pytest_arguments)}
    found |= {folder.name: partial(_scripts, project, folder) for folder in folders}
    for folder in folders:
        if "e2e" in node.scripts(folder):
            found["e2e"] = partial(_end_to_end, project, folder)
    return found


def _timed(name: str, suite: Suite, processes: Processes) -> tuple[bool, float]:
    say(f"\n{bold(name)}\n")
    began = time.monotonic()
    return suite(processes), time.monotonic() - began


def on_own_services(processes: Processes, project: Project, command: Sequence[str]) -> int:
    """Run a command of the backend's, on services that are thrown away with the processes. Returns its exit code."""
    urls = services.start(processes, project, env.settings(project), _folder(processes), throw_away=True)
    return processes.show(command[0], command, env=running.variables(project, urls), cwd=project.backend)


def _backend(project: Project, arguments: Sequence[str], processes: Processes) -> bool:
    return on_own_services(processes, project, ["python", "-m", "pytest", *arguments]) == 0


def _scripts(project: Project, folder: Path, processes: Processes) -> bool:
    told = {**running.variables(project, {}), **node.path(project)}
    wanted = [name for name in NPM_SUITES if name in node.scripts(folder)]
    codes = [processes.show(name, ["npm", "run", name], env=told, cwd=folder) for name in wanted]
    return not any(codes)


def _end_to_end(project: Project, folder: Path, processes: Processes) -> bool:
    """Build the folder, start everything with it, let its script e2e loose on it."""
    told, lines = _stack(processes, project)
    with step(f"Building {folder.name}"):
        processes.run("build", ["npm", "run", "build"], env=told, cwd=folder)
    running.fill_database(processes, project, told)
    supervisor = Supervisor(processes, project, told)
    with step(f"Starting {', '.join(line.name for line in lines)}"):
        supervisor.start(lines)
        supervisor.wait_until_ready()
    passed = processes.show("e2e", ["npm", "run", "e2e"], env=told, cwd=folder) == 0
    supervisor.check()
    if not passed:
        say(f"\nWhat the processes said meanwhile is in {processes.logs}")
    return passed


def _stack(processes: Processes, project: Project) -> tuple[dict[str, str], list[procfile.Line]]:
    """Services and ports for a whole product of its own, and its processes; those that npm runs run what was built."""
    settings = {name: value for name, value in env.settings(project).items() if not _names_a_service(name)}
    urls = services.start(processes, project, settings, _folder(processes) / "e2e", throw_away=True)
    lines = [
        replace(line, command=line.command.replace("npm run dev", "npm run start"))
        for line in procfile.read(project.root / "Procfile")
    ]
    chosen = {line.port_variable: str(ports.any_free()) for line in lines if line.port_variable}
    app = f"http://localhost:{list(chosen.values())[-1]}"
    sandbox = {
        "BILLING_SANDBOX_FILE": str(_folder(processes) / "e2e" / "sandbox.json"),
        "SANDBOX_URL": f"http://localhost:{chosen.get('SANDBOX_PORT')}",
    }
    known = {**urls, **chosen, **sandbox, "APP_URL": app}
    told = {**running.variables(project, known), **node.path(project), **_browser()}
    return {**told, "E2E_BASE_URL": app, "NODE_ENV": "production"}, lines


def _names_a_service(name: str) -> bool:
    return name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")


def _browser() -> Mapping[str, str]:
    """The machine's own browser, when there is one and none is named; otherwise the tests bring theirs."""
    found = os.environ.get("CHROMIUM_PATH") or next(filter(None, map(shutil.which, BROWSERS)), None)
    return {"CHROMIUM_PATH": found} if found else {}


def _folder(processes: Processes) -> Path:
    return processes.state.path.parent
