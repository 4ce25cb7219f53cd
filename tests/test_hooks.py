"""The hooks, run as cookiecutter runs them, on answers meant to break something."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from cookiecutter.exceptions import FailedHookException
from cookiecutter.utils import create_env_with_context

from tests.baking import CONTEXT, ROOT, bake

GOOD = {
    "project_name": "Acme Cloud",
    "project_slug": "acme-cloud",
    "description": "Clouds by the hour",
    "company": "Acme Inc",
    "domain": "acme.example.com",
}

# Each bakes, and comes out of every file as it went in.
HOSTILE = {
    "quotes": """It's "Q", ''' and \"\"\" too""",
    "backslashes": r"C:\new\table \x41 \u0041 \N{DASH} \\",
    "tags": "<b>Acme</b> <!-- x --> </script> &amp; &",
    "templates": "{{ name }} {% if x %} {# y #} ${HOME} ${{ github.token }} #{z} $(id) `id`",
    "comments": "*/ /* // -- # ; <? ?> --> ]]>",
    "formats": "%s %(name)s {0} {name} %% {}",
    "yaml": "!!python/object: {a: b} & *c | > - ? @ `",
    "yes": "yes",
    "number": "0123",
    "null": "null",
    "emoji": "🏠 Rowhouse 👩\u200d👩\u200d👧 ✨",
    "scripts": "घर · 家 · بيت · Ünïcödé",
    "shifts": "1 >> 2 %> #> >>",
    "markdown": "# *a* _b_ [c](d) ![e](f) ~~g~~ | h |",
    "spaces": "  Acme   Cloud  ",
    "longest": "n" * 80,
}

REFUSED = {
    "slug: empty": ("project_slug", "", "project_slug"),
    "slug: two letters": ("project_slug", "ab", "3 to 40"),
    "slug: 41 letters": ("project_slug", "a" * 41, "3 to 40"),
    "slug: capitals": ("project_slug", "Acme", "3 to 40"),
    "slug: digit first": ("project_slug", "3com", "3 to 40"),
    "slug: underscore": ("project_slug", "acme_cloud", "3 to 40"),
    "slug: double dash": ("project_slug", "acme--cloud", "3 to 40"),
    "slug: dash last": ("project_slug", "acme-", "3 to 40"),
    "slug: dash first": ("project_slug", "-acme", "3 to 40"),
    "slug: path": ("project_slug", "acme/cloud", "3 to 40"),
    "slug: newline": ("project_slug", "acme\n", "3 to 40"),
    "slug: not ASCII": ("project_slug", "acmé", "3 to 40"),
    "slug: kept for PostgreSQL": ("project_slug", "template0", "keeps for itself"),
    "slug: kept for roles": ("project_slug", "pg-cloud", "keeps for itself"),
    "slug: kept for hosts": ("project_slug", "www", "keeps for itself"),
    "domain: one label": ("domain", "acme", "not a domain name"),
    "domain: address": ("domain", "https://acme.com", "not a domain name"),
    "domain: path": ("domain", "acme.com/app", "not a domain name"),
    "domain: port": ("domain", "acme.com:8000", "not a domain name"),
    "domain: IP": ("domain", "127.0.0.1", "not a domain name"),
    "domain: dash": ("domain", "-acme.com", "not a domain name"),
    "domain: dots": ("domain", "acme..com", "not a domain name"),
    "domain: newline": ("domain", "acme.com\n", "not a domain name"),
    "domain: quote": ("domain", 'acme".com', "not a domain name"),
    "domain: not ASCII": ("domain", "äcme.com", "xn--"),
    "domain: label of 64": ("domain", f"{'a' * 64}.com", "not a domain name"),
    "domain: 254 characters": ("domain", f"{'a.' * 126}com"[-254:], "not a domain name"),
    "name: empty": ("project_name", "", "is empty"),
    "name: blank": ("project_name", "   ", "is empty"),
    "name: newline": ("project_name", "Acme\nCloud", "line break"),
    "name: carriage return": ("project_name", "Acme\rCloud", "line break"),
    "name: line separator": ("project_name", "Acme\u2028Cloud", "line break"),
    "name: NUL": ("project_name", "Acme\0", "invisible"),
    "name: escape": ("project_name", "\x1b[31mAcme", "invisible"),
    "name: reversed": ("project_name", "Acme \u202edlouC", "invisible"),
    "name: 81 characters": ("project_name", "n" * 81, "81 characters"),
    "name: 300 characters": ("project_name", "n" * 300, "300 characters"),
    "name: delimiter": ("project_name", "Acme << Cloud", "keeps for itself"),
    "name: block": ("project_name", "Acme <% Cloud", "keeps for itself"),
    "name: comment": ("project_name", "Acme <# Cloud", "keeps for itself"),
    "name: line statement": ("project_name", "Acme # @if", "keeps for itself"),
    "description: 300 characters": ("description", "d" * 300, "300 characters"),
    "company: tab": ("company", "Acme\tInc", "invisible"),
}


def run_pre_gen(tmp_path: Path, **answers: str) -> subprocess.CompletedProcess[str]:
    """Render the hook as cookiecutter does, from answers given at its prompts, and run it."""
    context: dict[str, Any] = {"cookiecutter": {**CONTEXT, **GOOD, **answers}}
    source = (ROOT / "hooks" / "pre_gen_project.py").read_text(encoding="utf-8")
    hook = tmp_path / "hook.py"
    hook.write_text(create_env_with_context(context).from_string(source).render(**context), encoding="utf-8")
    return subprocess.run([sys.executable, str(hook)], capture_output=True, text=True, check=False)


@pytest.mark.parametrize(("name", "answer", "reason"), REFUSED.values(), ids=REFUSED)
def test_refuses_with_one_sentence(tmp_path: Path, name: str, answer: str, reason: str) -> None:
    done = run_pre_gen(tmp_path, **{name: answer})
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith(name)
    assert reason in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("project_slug", "abc"),
        ("project_slug", "a" * 40),
        ("project_slug", "a-1"),
        ("domain", "acme.co"),
        ("domain", "xn--cme-qla.example"),
        ("domain", "a.b.c.d.example.co.uk"),
        ("domain", f"{'a' * 63}.com"),
        ("description", "d" * 200),
        ("company", "c" * 100),
        *(("project_name", text) for text in HOSTILE.values()),
    ],
)
def test_takes_what_works(tmp_path: Path, name: str, answer: str) -> None:
    done = run_pre_gen(tmp_path, **{name: answer})
    assert (done.returncode, done.stderr) == (0, "")


def test_says_that_python_is_too_old(tmp_path: Path) -> None:
    source = (ROOT / "hooks" / "pre_gen_project.py").read_text(encoding="utf-8")
    context = {"cookiecutter": {**CONTEXT, **GOOD}}
    rendered = create_env_with_context(context).from_string(source).render(**context)
    hook = tmp_path / "hook.py"
    hook.write_text("import sys\nsys.version_info = (3, 10, 9)\n" + rendered, encoding="utf-8")
    done = subprocess.run([sys.executable, str(hook)], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "Python 3.10 is too old: Rowhouse needs 3.11 or newer.\n"
    ast.parse(rendered, feature_version=(3, 7))  # what refuses an old Python has to run on it


def test_a_refused_bake_leaves_nothing_behind(template: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(FailedHookException):
        bake(template, out, **{**GOOD, "domain": "https://acme.com"})
    assert list(out.iterdir()) == []


def test_a_wrong_path_fails_the_bake(template: Path, tmp_path: Path) -> None:
    copy = tmp_path / "template"
    subprocess.run(["cp", "-r", str(template), str(copy)], check=True)
    context = json.loads((copy / "cookiecutter.json").read_text(encoding="utf-8"))
    context["_choices"]["tenancy"].append("backend/nowhere")
    (copy / "cookiecutter.json").write_text(json.dumps(context), encoding="utf-8")
    with pytest.raises(FailedHookException):
        bake(copy, tmp_path / "out", **GOOD)
    assert list((tmp_path / "out").iterdir()) == []


@pytest.fixture(scope="module", params=list(HOSTILE.values()), ids=list(HOSTILE))
def hostile(request: pytest.FixtureRequest, template: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A project whose every free answer is the same hostile text, and the text."""
    answers = {**GOOD, "project_name": request.param, "description": request.param, "company": request.param}
    return bake(template, tmp_path_factory.mktemp("hostile"), **answers).folder, request.param


def assigned(module: str, name: str) -> object:
    """The value that a module gives to a name, read without running the module."""
    for node in ast.parse(module).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == name:
            return ast.literal_eval(node.value)
    raise LookupError(name)


def test_hostile_text_survives_in_settings(hostile: tuple[Path, str]) -> None:
    folder, text = hostile
    module = (folder / "backend" / "config" / "settings" / "base.py").read_text(encoding="utf-8")
    assert assigned(module, "SITE_NAME") == text


def test_hostile_text_survives_in_the_answers(hostile: tuple[Path, str]) -> None:
    folder, text = hostile
    answers = yaml.safe_load((folder / ".cookiecutter.yaml").read_text(encoding="utf-8"))["default_context"]
    assert {answers[name] for name in ("project_name", "description", "company")} == {text}


def test_hostile_text_survives_in_toml_yaml_and_json(hostile: tuple[Path, str]) -> None:
    folder, text = hostile
    for file in folder.rglob("*.toml"):
        tomllib.loads(file.read_text(encoding="utf-8"))
    for file in [*folder.glob("*.y*ml"), *folder.glob(".*.y*ml"), *folder.glob(".github/**/*.yml")]:
        yaml.safe_load(file.read_text(encoding="utf-8"))
    pyproject = tomllib.loads((folder / "backend" / "pyproject.toml").read_text(encoding="utf-8"))
    assert pyproject["project"]["description"] == text


def test_hostile_text_survives_in_typescript(hostile: tuple[Path, str]) -> None:
    folder, text = hostile
    site = (folder / "frontend" / "lib" / "site.ts").read_text(encoding="utf-8")
    quoted = [line.split(": ", 1)[1].rstrip(",") for line in site.splitlines() if line.strip().startswith("name:")]
    assert [json.loads(value) for value in quoted] == [text]


@pytest.mark.parametrize("command", [["check"], ["format", "--check"]], ids=["lint", "format"])
def test_hostile_text_keeps_the_code_clean(hostile: tuple[Path, str], command: list[str]) -> None:
    folder, _ = hostile
    ruff = [sys.executable, "-m", "ruff", *command, "--no-cache", "config"]
    done = subprocess.run(ruff, cwd=folder / "backend", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_a_bake_can_be_baked_again_from_its_answers(hostile: tuple[Path, str], template: Path, tmp_path: Path) -> None:
    folder, _ = hostile
    answers = yaml.safe_load((folder / ".cookiecutter.yaml").read_text(encoding="utf-8"))["default_context"]
    again = bake(template, tmp_path, **answers).folder
    assert (again / ".cookiecutter.yaml").read_bytes() == (folder / ".cookiecutter.yaml").read_bytes()
    assert (again / "README.md").read_bytes() == (folder / "README.md").read_bytes()
