"""The commands of `python3 -m dev`, which the Makefile calls."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from types import FrameType

from . import env, node, running, services, suites
from .console import Failure, coloured
from .project import Project, here

USAGE = """usage: python3 -m dev COMMAND

  start                    set up and run; DETACH=1: return when all is ready
  stop                     end what start began
  setup                    have .env and all packages
  test [SUITE...] [-- ...] run the test suites; what follows -- goes to pytest
  run COMMAND...           run a command in this folder, with the services that it needs
  scratch COMMAND...       run a command in this folder, on services of its own that are thrown away"""


def main(arguments: Sequence[str]) -> int:
    """Run one command; returns the exit code. What a person can mend is said in a sentence."""
    commands: dict[str, Callable[[Project, Sequence[str]], int]] = {
        "start": _start,
        "stop": _stop,
        "setup": _setup,
        "test": _test,
        "run": _run,
        "scratch": _scratch,
    }
    if not arguments or arguments[0] not in commands:
        print(USAGE, file=sys.stderr)
        return 2
    for number in running.INTERRUPTIONS:
        signal.signal(number, _interrupt)
    try:
        return commands[arguments[0]](here(), arguments[1:])
    except Failure as failure:
        print(f"\n{coloured('Error', 31)}: {failure}\n", file=sys.stderr, flush=True)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr, flush=True)
        return 130


def _interrupt(number: int, frame: FrameType | None) -> None:
    """Being asked to end, or losing the terminal, is like Ctrl-C, to which a job in the background starts out deaf."""
    raise KeyboardInterrupt


def _start(project: Project, arguments: Sequence[str]) -> int:
    running.start(project, detach=os.environ.get("DETACH", "0") not in ("", "0"))
    return 0


def _stop(project: Project, arguments: Sequence[str]) -> int:
    running.stop(project)
    return 0


def _setup(project: Project, arguments: Sequence[str]) -> int:
    with running.throw_away(project) as processes:
        running.install_all(processes, project)
    return 0


def _test(project: Project, arguments: Sequence[str]) -> int:
    names, pytest_arguments = _at_dashes(arguments)
    return 0 if suites.test(project, names, pytest_arguments) else 1


def _run(project: Project, arguments: Sequence[str]) -> int:
    """Use the services of a running project, or start them for the time of the command."""
    if running.is_up(project):
        return _call(project, arguments, env.read(running.state_file(project).addresses))
    with running.lock(project) as alone:
        if not alone:
            raise Failure("`make start` is at work here. Wait until it is ready, or end it with `make stop`.")
        running.clean_up(project)
        with running.throw_away(project) as processes:
            running.install_all(processes, project)
            urls = services.start(processes, project, env.settings(project), project.var)
            return _call(project, arguments, urls)


def _scratch(project: Project, arguments: Sequence[str]) -> int:
    with running.throw_away(project) as processes:
        running.install_all(processes, project)
        return suites.on_own_services(processes, project, arguments)


def _call(project: Project, command: Sequence[str], urls: dict[str, str]) -> int:
    """Run it in the foreground, where it has the keyboard."""
    told = {**running.variables(project, urls), **node.path(project)}
    running_command = subprocess.Popen(command, env=told, cwd=project.backend)
    while True:
        try:
            return running_command.wait()
        except KeyboardInterrupt:
            continue  # Ctrl-C went to the command as well, which knows what to do with it


def _at_dashes(arguments: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """What stands before `--`, and what stands after it."""
    place = list(arguments).index("--") if "--" in arguments else len(arguments)
    return arguments[:place], arguments[place + 1 :]
