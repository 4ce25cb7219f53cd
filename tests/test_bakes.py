"""What is true of every baked project, read as text."""

from __future__ import annotations

import re
import shutil
import sys
from compileall import compile_dir
from functools import lru_cache
from pathlib import Path
from statistics import median

import pytest

from tests.baking import CHOICES, COMBINATIONS, OPTIONS, PROJECT_FOLDER, Bake, distinct, files_of, template_files

# The words that give an answer away, in code, comments, docs, settings and locks. A project has none of those of an
# answer that was not chosen.
WORDS = {
    ("tenancy", "shared"): [r"row.level.security", r"shared tables", r"app\.tenant_id"],
    ("tenancy", "schema"): [r"django.tenants", r"search_path", r"schema_name", r"schema per tenant"],
    ("tenancy", "database"): [r"database per tenant", r"TENANT_DATABASE"],
    ("billing", "stripe"): [r"stripe"],
    ("billing", "razorpay"): [r"razorpay"],
    ("frontend", "nextjs"): [r"next\.?js", r"tailwind", r"\breact\b", r"typescript"],
}
NOT_OURS = {"package-lock.json"}  # names of other people's packages, checked by the frontend's own build
BINARY = {".png", ".ico", ".woff2", ".jpg", ".webp", ".zip"}


@lru_cache
def texts(folder: Path) -> dict[str, str]:
    """Every text file of a project, by its relative name."""
    return {
        str(file.relative_to(folder)): file.read_text(encoding="utf-8")
        for file in files_of(folder)
        if file.suffix not in BINARY and file.name not in NOT_OURS
    }


def lines_with(pattern: str, project: Bake) -> list[str]:
    """Where a pattern occurs in a project's text, as file:line: text."""
    regex = re.compile(pattern, re.IGNORECASE | re.MULTILINE)
    found = []
    for name, text in texts(project.folder).items():
        for match in regex.finditer(text):
            number = text.count("\n", 0, match.start()) + 1
            found.append(f"{name}:{number}: {text.splitlines()[number - 1].strip()[:120]}")
    return found


def test_no_delimiter_is_left(project: Bake) -> None:
    assert lines_with(r"<<|<%|<#|^\s*# @(if|elif|else|endif)|cookiecutter\.(?!yaml)", project) == []
    assert [str(path) for path in project.folder.rglob("*") if re.search("[<>%]", path.name)] == []


def test_no_choice_folder_is_left(project: Bake) -> None:
    for option, folders in CHOICES.items():
        for folder in folders:
            left = [project.folder / folder / answer for answer in OPTIONS[option]]
            left += [project.folder / folder / f"{answer}.py" for answer in OPTIONS[option]]
            assert [str(path) for path in left if path.exists()] == []
    assert [str(path) for path in project.folder.rglob("*") if path.name.startswith("..")] == []


@pytest.mark.parametrize(("option", "answer"), list(WORDS), ids=str)
def test_no_trace_of_an_answer_not_chosen(project: Bake, option: str, answer: str) -> None:
    if project.answers[option] != answer:
        assert lines_with("|".join(WORDS[option, answer]), project) == []


def test_a_project_does_not_speak_of_modes(project: Bake) -> None:
    """With one way left, nothing is a "mode"."""
    assert lines_with(r"\b(shared|schema|database) mode\b", project) == []


@pytest.mark.parametrize(("option", "answer"), list(WORDS), ids=str)
def test_words_give_their_answer_away(bakes: dict[str, Bake], option: str, answer: str) -> None:
    """The test above looks for words that are there to be found."""
    project = next(one for one in bakes.values() if one.answers[option] == answer)
    assert [word for word in WORDS[option, answer] if not lines_with(word, project)] == []


def test_nothing_is_left_to_do(project: Bake) -> None:
    assert lines_with(r"\b(TODO|FIXME|XXX)\b", project) == []


def test_python_compiles(project: Bake, tmp_path: Path) -> None:
    sys_prefix, sys.pycache_prefix = sys.pycache_prefix, str(tmp_path)
    try:
        assert compile_dir(str(project.folder), quiet=1, maxlevels=20)
    finally:
        sys.pycache_prefix = sys_prefix


def test_every_combination_is_baked(bakes: dict[str, Bake]) -> None:
    assert len(COMBINATIONS) == 12
    assert len(bakes) == 12


def test_an_unpacked_archive_bakes_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without git the same files are found."""
    listed = template_files(PROJECT_FOLDER)
    monkeypatch.setattr(shutil, "which", {}.get)
    assert template_files(PROJECT_FOLDER) == listed


def test_backend_does_not_know_the_frontend(bakes: dict[str, Bake]) -> None:
    groups = distinct(list(bakes.values()), "backend")
    assert sorted(len(group) for group in groups) == [2, 2, 2, 2, 2, 2]
    for group in groups:
        assert len({(one.answers["tenancy"], one.answers["billing"]) for one in group}) == 1


def test_frontend_is_the_same_for_each_provider(bakes: dict[str, Bake]) -> None:
    """One frontend for each provider, or none: with six backends, that makes the twelve."""
    groups = distinct(list(bakes.values()), "frontend")
    assert [len(group) for group in groups] == [3, 3]
    assert all(len({one.answers["billing"] for one in group}) == 1 for group in groups)
    assert {one.answers["frontend"] for one in bakes.values() if (one.folder / "frontend").exists()} == {"nextjs"}


def test_bakes_are_quick(bakes: dict[str, Bake]) -> None:
    """The limits of the README's table, in processor time: other tests may be running on this machine."""
    assert median(one.cpu_seconds for one in bakes.values()) < 1
    assert sum(one.cpu_seconds for one in bakes.values()) < 15
