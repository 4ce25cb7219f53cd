"""A project that runs: what `make start` and `make stop` do."""

import fcntl
import os
import signal
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import asdict
from shutil import rmtree

from . import bootstrap, env, family, node, procfile, screen, services
from .console import Failure, say, step
from .processes import Processes
from .project import Project
from .state import Recorded, StateFile
from .supervisor import Supervisor

INTERRUPTIONS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def start(project: Project, detach: bool = False) -> None:
    """Set up, start everything, show where to click; then stay until interrupted, or return when `detach`.

    Whatever ends it, a failure included, leaves nothing running but for `detach`.
    """
    processes = Processes(state_file(project), project.logs)
    with lock(project) as alone:
        if is_up(project):
            screen.show(project, processes.state.get("urls"), "is running already", "`make stop` ends it.")
        elif alone:
            with ending_on_error(processes):
                _start(project, processes, detach)
        else:
            raise Failure("Another `make start` is at work here. Wait until it is ready, or end it with `make stop`.")


def stop(project: Project) -> None:
    """End what `start` started, here or in another terminal, and nothing else."""
    supervisor = state_file(project).get("supervisor")
    found = state_file(project).path.exists()
    if supervisor:
        family.ask_and_wait(Recorded(**supervisor), patience=40)
    clean_up(project)
    say("Stopped." if found else "Nothing was running.")


def install(processes: Processes, project: Project) -> "Future[None]":
    """Have `.env` and the Python packages. Other packages come meanwhile: wait for them with the future returned."""
    if env.write_once(project):
        say("  .env written, with secrets of its own")
    bootstrap.python_environment(processes, project)
    pool = ThreadPoolExecutor(1)
    others = pool.submit(node.prepare, processes, project)
    pool.shutdown(wait=False)
    bootstrap.python_packages(processes, project)
    return others


def install_all(processes: Processes, project: Project) -> None:
    """Have all packages."""
    wait_for_packages(project, install(processes, project))


def clean_up(project: Project) -> None:
    """End what an earlier run has left running, whether it was asked to or was killed."""
    state = state_file(project)
    Processes(state, project.logs).end_all()
    state.clear()
    remove_left_overs(project)


def remove_left_overs(project: Project) -> None:
    """The same for commands with throw-away processes that were killed; those that are at work go on."""
    for file in project.var.glob("run-*/state.json"):
        state = StateFile(file)
        if not _supervised(state):
            Processes(state, project.logs).end_all()
            rmtree(file.parent, ignore_errors=True)


def is_up(project: Project) -> bool:
    """Is everything running that was started?"""
    state = state_file(project)
    return bool(state.get("ready")) and all(map(family.is_alive, state.processes()))


def state_file(project: Project) -> StateFile:
    return StateFile(project.var / "state.json")


@contextmanager
def lock(project: Project) -> Iterator[bool]:
    """Keep others from setting up at the same time. Yields False when another run has the lock."""
    project.var.mkdir(parents=True, exist_ok=True)
    with (project.var / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
        else:
            yield True


@contextmanager
def ending_on_error(processes: Processes) -> Iterator[None]:
    """End everything when the block is left by an exception; a second Ctrl-C does not cut that short."""
    try:
        yield
    except BaseException:
        end(processes)
        raise


def end(processes: Processes) -> None:
    """End everything, undisturbed, and forget it."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in INTERRUPTIONS}
    processes.end_all()
    processes.state.clear()
    for number, handler in before.items():
        signal.signal(number, handler)


@contextmanager
def throw_away(project: Project) -> Iterator[Processes]:
    """Processes of one command alone, with a folder for their data; both are gone when it ends."""
    remove_left_overs(project)
    folder = project.var / f"run-{os.getpid()}"
    processes = Processes(StateFile(folder / "state.json"), project.logs / "run")
    processes.state.set(supervisor=asdict(myself()))
    try:
        yield processes
    finally:
        end(processes)
        rmtree(folder, ignore_errors=True)


def myself() -> Recorded:
    """This process, as it is written down for others to find."""
    return Recorded("supervisor", os.getpid(), family.started_at(os.getpid()) or "")


def _start(project: Project, processes: Processes, detach: bool) -> None:
    _say_what_had_ended(project)
    clean_up(project)
    processes.state.set(supervisor=asdict(myself()))
    say(f"\nStarting {project.root.name}\n")
    supervisor = _set_up(processes, project)
    processes.state.set(ready=True)
    if detach:
        screen.show(project, processes.state.get("urls"), "is running", "`make stop` ends it.")
    else:
        _stay(project, processes, supervisor)


def _stay(project: Project, processes: Processes, supervisor: Supervisor) -> None:
    """Show what the processes say until the person interrupts, which is the usual way to end it and no error."""
    try:
        screen.show(project, processes.state.get("urls"), "is running", "Ctrl-C ends it.")
        supervisor.follow()
    except KeyboardInterrupt:
        end(processes)
        say("\nStopped.")


def _say_what_had_ended(project: Project) -> None:
    state = state_file(project)
    ended = [one.name for one in state.processes() if not family.is_alive(one)]
    if state.get("ready") and ended:
        say(f"\n  Since the last start these have ended: {', '.join(ended)}. Their logs are in {project.logs}.")


def _set_up(processes: Processes, project: Project) -> Supervisor:
    """Everything from an empty folder to processes that answer."""
    others = install(processes, project)
    settings = env.settings(project)
    with step("PostgreSQL and Valkey"):
        urls = services.start(processes, project, settings, project.var)
    env.write_services(processes.state.addresses, urls)
    fill_database(processes, project, variables(project, urls))
    wait_for_packages(project, others)
    return _start_processes(processes, project, settings, urls)


def _start_processes(
    processes: Processes, project: Project, settings: Mapping[str, str], urls: Mapping[str, str]
) -> Supervisor:
    """Start what the Procfile says. Ports are chosen at the last moment: others may take them meanwhile."""
    lines = procfile.read(project.root / "Procfile")
    ports = procfile.choose_ports(lines, settings)
    addresses = _addresses(lines, ports, settings)
    processes.state.set(urls=addresses)
    known = {**urls, **ports, "APP_URL": addresses["app"]}
    env.write_services(processes.state.addresses, known)
    supervisor = Supervisor(processes, project, {**variables(project, known), **node.path(project)})
    with step(f"Starting {', '.join(line.name for line in lines)}"):
        supervisor.start(lines)
        supervisor.wait_until_ready()
    return supervisor


def fill_database(processes: Processes, project: Project, told: Mapping[str, str]) -> None:
    """Tables and demo data, as they should be now; quick when they are."""
    for label, command in (("Database tables", "migrate"), ("Demo data", "demo_data")):
        with step(label):
            processes.run(command.replace("_", "-"), ["python", "manage.py", command], env=told, cwd=project.backend)


def wait_for_packages(project: Project, others: "Future[None]") -> None:
    """Wait for the packages that come meanwhile, and show that when there is something to wait for."""
    if wait([others], timeout=1).done:
        others.result()
        return
    with step(f"Packages of {', '.join(folder.name for folder in project.package_folders())}"):
        others.result()


def _addresses(lines: list[procfile.Line], ports: Mapping[str, str], settings: Mapping[str, str]) -> dict[str, str]:
    """Where people go (the last process with a port, unless APP_URL says otherwise), and where the others are."""
    domain = settings.get("BASE_DOMAIN", "localhost")
    shown = [line.port_variable for line in lines if line.port_variable]
    own = {name: f"http://{domain}:{ports[name]}" for name in shown}
    others = {name.removesuffix("_PORT").lower(): url for name, url in own.items()}
    return {**others, "app": settings.get("APP_URL", own[shown[-1]])}


def variables(project: Project, more: Mapping[str, str]) -> dict[str, str]:
    """What a process is told: `.env`, the caller's environment, and before both what was found out here."""
    told = {**env.read(project.env_file), **bootstrap.environment(project), **more}
    if "API_PORT" in more:
        told["API_ORIGIN"] = f"http://127.0.0.1:{more['API_PORT']}"
        # Celery's own default is a deployment, as it should be; manage.py's is this.
        told["DJANGO_SETTINGS_MODULE"] = "config.settings.local"
    return told


def _supervised(state: StateFile) -> bool:
    supervisor = state.get("supervisor")
    return bool(supervisor) and family.is_alive(Recorded(**supervisor))
