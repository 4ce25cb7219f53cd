"""Pin the generated project's Python packages: `python tests/lock.py`.

Compiles one lock of everything that any answer needs, then compiles each answer's own to learn which pins belong to
one answer alone, and puts those between comment conditionals. So one file serves all combinations, and a bake holds
what it needs and nothing else. The lock names no registry.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BACKEND = ROOT / "<<cookiecutter.project_slug>>" / "backend"
CONDITION = re.compile(r"^\s*# @if (cookiecutter\.\w+ == \"\w+\")$")
HEADER = "# The exact packages of this project. `make lock` writes this file from pyproject.toml.\n"


def without(condition: str | None, text: str) -> str:
    """pyproject.toml less the lines between `# @if <condition>` and `# @endif`."""
    kept, dropping = [], False
    for line in text.splitlines():
        found = CONDITION.match(line)
        if found:
            dropping = found[1] == condition
        elif line.strip() == "# @endif":
            dropping = False
        elif not dropping:
            kept.append(line)
    return "\n".join(kept) + "\n"


def compiled(pyproject: str, extra: list[str], constraint: Path | None) -> dict[str, str]:
    """The pins of a pyproject.toml: package name -> its lines of the lock."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "pyproject.toml")
        source.write_text(pyproject)
        limits = ["--constraint", str(constraint)] if constraint else []
        lock = subprocess.run(
            [
                *(
                    "uv",
                    "pip",
                    "compile",
                    "--universal",
                    "--generate-hashes",
                    "--no-header",
                    "--no-annotate",
                    "--quiet",
                ),
                *("--python-version", "3.11", "--no-emit-index-url", *limits, *extra, str(source)),
            ],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
    entries = re.split(r"^(?=\S)", lock, flags=re.MULTILINE)
    return {re.split(r"[=\s;\[]", entry)[0]: entry for entry in entries if entry.strip()}


def lock(extra: list[str]) -> str:
    """The text of one requirements file, conditionals included."""
    source = (BACKEND / "pyproject.toml").read_text()
    conditions = sorted({found[1] for line in source.splitlines() if (found := CONDITION.match(line))})
    every = compiled(without(None, source), extra, None)
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as pins:
        pins.write("\n".join(entry.split(" \\")[0].split(";")[0].strip() for entry in every.values()))
        pins.flush()
        only = {
            name: condition
            for condition in conditions
            for name in set(every) - set(compiled(without(condition, source), extra, Path(pins.name)))
        }
    return HEADER + "".join(guarded(entry, only.get(name)) for name, entry in every.items())


def guarded(entry: str, condition: str | None) -> str:
    """A lock entry, inside a conditional if one answer alone needs it."""
    return f"# @if {condition}\n{entry}# @endif\n" if condition else entry


def main() -> None:
    for name, extra in (("production", []), ("dev", ["--extra", "dev"])):
        (BACKEND / "requirements" / f"{name}.txt").write_text(lock(extra))
        print(f"requirements/{name}.txt", file=sys.stderr)


if __name__ == "__main__":
    main()
