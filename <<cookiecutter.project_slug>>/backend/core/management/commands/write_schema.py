"""`manage.py write_schema`: the schema of the API into backend/openapi.json, which is kept under version control."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator

FILE = Path(settings.BACKEND) / "openapi.json"


class Command(BaseCommand):
    """Written for programs that are made from it, and for people who look what a change means for them."""

    help = "Write the schema of the API into backend/openapi.json."

    def handle(self, *args: Any, **options: Any) -> None:
        FILE.write_text(json.dumps(current_schema(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        self.stdout.write(f"Written: {FILE.name}. Commit it with the change that it describes.")


def current_schema() -> dict[str, Any]:
    """The schema of the code as it is, as JSON would give it back."""
    with GENERATOR_STATS.silence():  # a test sees to it that there is no warning
        schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    plain: dict[str, Any] = json.loads(json.dumps(schema, default=str))
    return plain
