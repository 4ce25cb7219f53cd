"""Write what the generated project keeps of its API anew: `python tests/schema.py`.

Bakes a project, has it write backend/openapi.json and the frontend's types, and carries both back, with the answer in
the place of the product's name. The backend's packages are those of `make test`, and npm has to be at hand.
"""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.baking import PROJECT_FOLDER, ROOT, bake, copy_template
from tests.run import VENV

NAME = "Acme Cloud"
SECRETS = ("SECRET_KEY", "JWT_SIGNING_KEY", "ENCRYPTION_KEY", "STRIPE_WEBHOOK_SECRETS")


def main() -> None:
    source = ROOT / PROJECT_FOLDER
    with tempfile.TemporaryDirectory() as folder:
        project = bake(copy_template(Path(folder, "template")), Path(folder), project_name=NAME).folder
        write(project)
        schema = (project / "backend" / "openapi.json").read_text(encoding="utf-8")
        named = schema.replace(f'"{NAME} API"', '"<< cookiecutter.__project_name >> API"')
        (source / "backend" / "openapi.json").write_text(named, encoding="utf-8")
        types = Path("lib", "api", "schema.ts")
        shutil.copy(project / "frontend" / types, source / "frontend" / "nextjs" / types)


def write(project: Path) -> None:
    """Have the project write its schema, for which it needs no service, and the types."""
    environment = {
        **os.environ,
        **dict.fromkeys(SECRETS, "x" * 64),
        "DATABASE_URL": "postgres://localhost/none",
        "REDIS_URL": "redis://localhost/0",
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
    }
    run = {"check": True, "env": environment}
    subprocess.run([VENV / "bin" / "python", "manage.py", "write_schema"], cwd=project / "backend", **run)  # type: ignore[call-overload]
    subprocess.run(["npm", "ci", "--silent"], cwd=project / "frontend", **run)  # type: ignore[call-overload]
    subprocess.run(["npm", "run", "--silent", "api"], cwd=project / "frontend", **run)  # type: ignore[call-overload]


if __name__ == "__main__":
    main()
