"""`make start` and `make stop` of the template: bake a project into build/ and run it there.

    python3 tests/start.py start [NAME] [TENANCY] [BILLING] [FRONTEND]
    python3 tests/start.py stop

The arguments are the names of variables that hold answers: make passes the ones given on its command line, so that
a NAME that happens to be in the environment means nothing. With any answer given nothing is asked.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests import tools

BUILD = tools.ROOT / "build"
QUESTIONS = {"NAME": "project_name", "TENANCY": "tenancy", "BILLING": "billing", "FRONTEND": "frontend"}
PARTS = ("cookiecutter.json", "hooks", "<<cookiecutter.project_slug>>")
CACHES = shutil.ignore_patterns(
    "__pycache__", "*.pyc", ".*_cache", "node_modules", ".next", "next-env.d.ts", "*.tsbuildinfo"
)


def start(names: list[str]) -> int:
    """Bake unless that project is there, and hand over to its own `make start`."""
    answers = {QUESTIONS[name]: os.environ[name] for name in names}
    check(answers)
    tools.install()
    ask = not answers and sys.stdin.isatty()
    command = [str(tools.PYTHON), __file__, "bake", json.dumps(answers), "ask" if ask else "take-defaults"]
    with tempfile.TemporaryDirectory(prefix="bake-") as litter:  # cookiecutter leaves its rendered hooks behind
        report = Path(litter, "folder")
        code = subprocess.call([*command, str(report)], env={**os.environ, "TMPDIR": litter})
        if code:
            return code
        folder = report.read_text(encoding="utf-8")
    return subprocess.call(["make", "--no-print-directory", "-C", folder, "start"])


def stop() -> int:
    """End every project in build/ that runs."""
    running = sorted(state.parent.parent for state in BUILD.glob("*/var/state.json"))
    if not running:
        print("Nothing was running.")
    codes = [subprocess.call(["make", "--no-print-directory", "-C", folder, "stop"]) for folder in running]
    return max(codes, default=0)


def check(answers: dict[str, str]) -> None:
    """Leave with a sentence when an answer is none of those there are."""
    context = json.loads((tools.ROOT / "cookiecutter.json").read_text(encoding="utf-8"))
    for name, question in QUESTIONS.items():
        choices = context[question]
        if isinstance(choices, list) and answers.get(question, choices[0]) not in choices:
            sys.exit(f"{name}={answers[question]} is not an answer. Choose one of: {', '.join(choices)}.")


def bake(answers: dict[str, str], ask: bool, report: Path) -> None:
    """Bake into build/, aside at first: what an interruption leaves half done must not pass for a project.

    Writes where the project is into `report`. Runs in the template's own environment.
    """
    from cookiecutter.exceptions import CookiecutterException
    from cookiecutter.main import cookiecutter

    BUILD.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".bake-", dir=BUILD) as aside:
        template = copy_template(Path(aside, "template"))
        settings = {"replay_dir": f"{aside}/replay", "cookiecutters_dir": f"{aside}/clones"}
        try:
            baked = Path(
                cookiecutter(
                    str(template),
                    no_input=not ask,
                    extra_context=answers,
                    output_dir=f"{aside}/out",
                    default_config=settings,
                )
            )
        except CookiecutterException as error:
            sys.exit(f"Nothing was baked. {error}")
        folder = BUILD / baked.name
        if folder.exists():
            print(f"build/{baked.name} is there already and is started as it is. Delete it for a new one.", flush=True)
        else:
            baked.rename(folder)
            print(f"Baked build/{baked.name}", flush=True)
        report.write_text(str(folder), encoding="utf-8")


def copy_template(to: Path) -> Path:
    """The template less what tools leave in it, which would be baked along."""
    to.mkdir()
    for part in PARTS:
        source = tools.ROOT / part
        if source.is_dir():
            shutil.copytree(source, to / part, ignore=CACHES)
        else:
            shutil.copy(source, to / part)
    return to


def main(arguments: list[str]) -> int:
    match arguments:
        case ["start", *names] if set(names) <= set(QUESTIONS):
            return start(names)
        case ["stop"]:
            return stop()
        case ["bake", answers, manner, report]:
            bake(json.loads(answers), manner == "ask", Path(report))
            return 0
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
