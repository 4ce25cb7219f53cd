"""The Procfile: which processes a running project has."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from . import ports
from .console import Failure

LINE = re.compile(r"(?P<name>[a-z][a-z0-9-]*): *(?:cd (?P<folder>\S+) && )?(?P<command>.+)")
PORT = re.compile(r"\$\{?([A-Z]+_PORT)\b")


@dataclass(frozen=True)
class Line:
    """One process: the shell command, the folder it runs in, and the variable that holds its port (if it has one)."""

    name: str
    folder: str
    command: str

    @property
    def port_variable(self) -> str | None:
        found = PORT.search(self.command)
        return found[1] if found else None


def read(file: Path) -> list[Line]:
    """The processes of a Procfile. Raises Failure on a line that is none."""
    lines = [line.strip() for line in file.read_text().splitlines()]
    return [_parse(line) for line in lines if line and not line.startswith("#")]


def choose_ports(lines: list[Line], settings: Mapping[str, str]) -> dict[str, str]:
    """A port for each process that has one: the one that the settings name, or the next free one above it."""
    variables = filter(None, (line.port_variable for line in lines))
    return {variable: str(ports.first_free(_wanted(variable, settings))) for variable in variables}


def _wanted(variable: str, settings: Mapping[str, str]) -> int:
    value = settings.get(variable, "8000")
    if not value.isdecimal() or not 0 < int(value) < 65536:
        raise Failure(f"{variable} is {value!r} and must be a port: a number from 1 to 65535.")
    return int(value)


def _parse(line: str) -> Line:
    found = LINE.fullmatch(line)
    if not found:
        raise Failure(f"The Procfile has a line that is not `name: command`: {line}")
    return Line(found["name"], found["folder"] or ".", found["command"])
