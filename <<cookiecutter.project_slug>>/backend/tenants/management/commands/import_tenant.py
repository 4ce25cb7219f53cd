"""The command `import_tenant`."""

from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from tenants.archive import ArchiveRefused, import_tenant
from tenants.management.base import progress_to


class Command(BaseCommand):
    """Makes a tenant of what `export_tenant` wrote, here or in another deployment: all or nothing.

    People are known by their email. Who has no account here gets one, and asks for a password by "forgot password".
    """

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--slug", help="Its subdomain here, if not the one that it had.")

    def handle(self, *args: Any, file: Path, slug: str | None, **options: Any) -> None:
        if not file.is_file():
            raise CommandError(f"There is no file {file}.")
        try:
            tenant = import_tenant(file, progress_to(self.stderr), slug=slug)
        except ArchiveRefused as error:
            raise CommandError(str(error)) from error
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"The tenant '{tenant.slug}' is ready.")
