"""What is true of the template before anything is baked: it is plain source, and its choices are complete and alike."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml
from cookiecutter.generate import is_copy_only_path

from tests.baking import CHOICES, CONTEXT, OPTIONS, PROJECT_FOLDER, ROOT, template_files

PROJECT = ROOT / PROJECT_FOLDER
FILES = [file.relative_to(PROJECT_FOLDER) for file in template_files(PROJECT_FOLDER)]

# Everything that cookiecutter renders. The rest is copied byte for byte.
RENDERED = [
    ".cookiecutter.yaml",
    ".env.example",
    ".github/workflows/ci.yml",
    ".pre-commit-config.yaml",
    "Makefile",
    "Procfile",
    "README.md",
    "backend/config/settings/base.py",
    "backend/openapi.json",
    "backend/pyproject.toml",
    "backend/requirements/dev.txt",
    "backend/requirements/production.txt",
    "docs/index.md",
    "frontend/nextjs/lib/site.ts",
]

FOLDERS = [(option, Path(folder)) for option, folders in CHOICES.items() for folder in folders]
# Tests, migrations and settings follow from the idea of an entry; nothing else imports names from them.
WITHOUT_INTERFACE = {"tests", "migrations", "settings", "templates"}
WITH_INTERFACE = [
    folder for _, folder in FOLDERS if folder.parts[0] == "backend" and not WITHOUT_INTERFACE & set(folder.parts)
]


def entries(folder: Path) -> list[Path]:
    """The answers' entries in a choice folder: all but what makes it importable in place."""
    whole = sorted((PROJECT / folder).iterdir())
    return [entry for entry in whole if not entry.name.startswith("__") and entry.name != "index.ts"]


@pytest.mark.parametrize(("option", "folder"), FOLDERS, ids=str)
def test_choice_has_an_entry_for_every_answer(option: str, folder: Path) -> None:
    answers = set(OPTIONS[option]) - {"none"}  # "none" is the lack of an entry
    assert {entry.stem for entry in entries(folder)} == answers


def test_every_choice_folder_is_listed() -> None:
    listed = {folder for _, folder in FOLDERS}
    for option, answers in OPTIONS.items():
        for file in FILES:
            for place in [file, *file.parents]:
                siblings = {other.stem for other in (PROJECT / place).parent.iterdir()}
                if place.stem in answers and siblings >= set(answers):
                    assert place.parent in listed, f"{place.parent} has an entry per {option}, and is not in _choices"


def signature(function: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    kind = "async def" if isinstance(function, ast.AsyncFunctionDef) else "def"
    returns = ast.unparse(function.returns) if function.returns else ""
    return f"{kind} {function.name}({ast.unparse(function.args)}) -> {returns}"


def public(body: list[ast.stmt]) -> Iterator[str]:
    """The public names that a module defines, functions with their signatures."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            yield signature(node)
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield f"class {node.name}"
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (it.id for it in targets if isinstance(it, ast.Name) and not it.id.startswith(("_", "logger")))
        elif isinstance(node, ast.ImportFrom):
            # `import name as name` passes a name on (PEP 484).
            yield from (it.name for it in node.names if it.asname == it.name)


def interface(entry: Path) -> dict[str, list[str]]:
    """What an entry offers, by module. What starts with an underscore is its own business."""
    modules = [entry] if entry.is_file() else sorted(entry.rglob("*.py"))
    offered = {}
    for module in modules:
        name = "" if entry.is_file() else str(module.relative_to(entry))
        if not WITHOUT_INTERFACE & set(module.parts) and not re.search(r"(^|/)_(?!_)", name):
            offered[name] = sorted(public(ast.parse(module.read_text(encoding="utf-8")).body))
    return offered


def shared_interface(folder: Path) -> dict[str, list[str]]:
    """The modules that every entry of a choice has, with what all of them offer; fails where signatures differ.

    What only some entries have is their own business, until code outside imports it.
    """
    first, *others = (interface(entry) for entry in entries(folder))
    shared = {}
    for module in set(first).intersection(*others):
        offers = [{name_of(it): it for it in entry[module]} for entry in (first, *others)]
        names = set(offers[0]).intersection(*offers[1:])
        for offer in offers[1:]:
            assert {name: offer[name] for name in names} == {name: offers[0][name] for name in names}, module
        shared[module] = sorted(offers[0][name] for name in names)
    return shared


def name_of(offered: str) -> str:
    """The name in "class Name", "def name(…)", "NAME"."""
    return re.sub(r"^(async )?(def |class )?", "", offered).split("(")[0]


@pytest.mark.parametrize("folder", WITH_INTERFACE, ids=str)
def test_entries_of_a_choice_offer_the_same(folder: Path) -> None:
    assert shared_interface(folder)


def imported(file: Path, package: str) -> Iterator[tuple[str, str]]:
    """What a source imports from a package or the modules in it: pairs of module (relative to the package) and name."""
    for node in ast.walk(ast.parse((PROJECT / file).read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and f"{node.module}.".startswith(f"{package}."):
            inside = (node.module or "").removeprefix(package).lstrip(".")
            yield from ((inside, alias.name) for alias in node.names)


@pytest.mark.parametrize("folder", WITH_INTERFACE, ids=str)
def test_code_outside_imports_what_every_entry_has(folder: Path) -> None:
    """What is left out of a bake must not be missed by it."""
    offered = shared_interface(folder)
    package = ".".join(folder.parts[1:])
    outside = [file for file in FILES if file.suffix == ".py" and not any(it in file.parents for _, it in FOLDERS)]
    for file in outside:
        for module, name in imported(file, package):
            path = module.replace(".", "/")
            candidates = [f"{path}.py", f"{path}/__init__.py"] if path else ["", "__init__.py"]
            names = [it for candidate in candidates for it in offered.get(candidate, [])]
            modules = [f"{path}/{name}.py".lstrip("/"), f"{path}/{name}/__init__.py".lstrip("/")]
            known = any(re.match(rf"((async )?def |class )?{name}\b", it) for it in names)
            assert known or set(modules) & set(offered), f"{file}: not every entry of {folder} has {module}.{name}"


@pytest.mark.parametrize("file", [file for file in FILES if file.suffix in {".py", ".json", ".toml"}], ids=str)
def test_source_parses_unrendered(file: Path) -> None:
    text = (PROJECT / file).read_text(encoding="utf-8")
    parsers: dict[str, Callable[[str], object]] = {".py": ast.parse, ".json": json.loads, ".toml": tomllib.loads}
    assert parsers[file.suffix](text)


@pytest.mark.parametrize("file", [file for file in FILES if file.suffix in {".yaml", ".yml"}], ids=str)
def test_yaml_parses_unrendered(file: Path) -> None:
    assert list(yaml.safe_load_all((PROJECT / file).read_text(encoding="utf-8")))


@pytest.mark.parametrize("folder", [ROOT, PROJECT], ids=["template", "project"])
def test_pre_commit_reads_its_settings(folder: Path) -> None:
    command = [sys.executable, "-m", "pre_commit", "validate-config", str(folder / ".pre-commit-config.yaml")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("command", [["check"], ["format", "--check"]], ids=["lint", "format"])
def test_sources_lint_in_place(command: list[str]) -> None:
    """The project's own ruff settings hold for its sources, and the template's for hooks and tests."""
    ruff = [sys.executable, "-m", "ruff", *command, "--no-cache", "."]
    done = subprocess.run(ruff, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_hooks_and_tests_are_typed() -> None:
    done = subprocess.run([sys.executable, "-m", "mypy"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_names_are_legal_everywhere() -> None:
    """Baked projects are checked out on Windows and macOS too; only the template's own folder has < and >."""
    assert [str(file) for file in FILES if re.search(r'[<>:"\\|?*]|[. ]$', str(file))] == []
    lowered = [str(file).lower() for file in FILES]
    assert len(set(lowered)) == len(lowered)


def is_copied(file: Path) -> bool:
    """Whether cookiecutter copies this file as it is, by a pattern for it or for a folder above it."""
    context = {"cookiecutter": CONTEXT}
    return any(is_copy_only_path(str(path), context) for path in [file, *file.parents][:-1])


def test_only_these_files_are_rendered() -> None:
    assert sorted(str(file) for file in FILES if not is_copied(file)) == sorted(RENDERED)


def test_copied_files_hold_nothing_to_render() -> None:
    tags = re.compile(r"cookiecutter\.|^\s*# @(if|elif|else|endif)", re.MULTILINE)
    texts = {file: (PROJECT / file).read_bytes().decode("utf-8", "ignore") for file in FILES if is_copied(file)}
    assert [str(file) for file, text in texts.items() if tags.search(text)] == []


def test_code_holds_one_quoted_value_each() -> None:
    """A line of Python or TypeScript is rendered in two places only, and there it is a string that parses."""
    found = {}
    for file in FILES:
        if file.suffix in {".py", ".ts", ".tsx"}:
            lines = (PROJECT / file).read_text(encoding="utf-8").splitlines()
            tagged = [line for line in lines if "<< cookiecutter" in line]
            if tagged:
                found[str(file)] = [
                    bool(re.search(r'[=:] "<< cookiecutter\.\w+ >>"(,|  # fmt: skip)$', line)) for line in tagged
                ]
    assert set(found) == {"backend/config/settings/base.py", "frontend/nextjs/lib/site.ts"}
    assert all(all(quoted) for quoted in found.values()), found
