"""The command `export_tenant`."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tenants.archive import export_tenant
from tenants.management.base import progress_to, tenant_of_slug


class Command(BaseCommand):
    """Writes everything of a tenant into one zip file, which `import_tenant` reads. Suspend the tenant before."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("file", type=Path, help="The file to write; it must not be there yet.")

    def handle(self, *args: Any, slug: str, file: Path, **options: Any) -> None:
        tenant = tenant_of_slug(slug)
        try:
            with file.open("xb") as target:
                manifest = export_tenant(tenant, target, progress_to(self.stderr))
        except FileExistsError as error:
            raise CommandError(f"{file} is there already. Choose another name.") from error
        except BaseException:
            file.unlink(missing_ok=True)
            raise
        rows = sum(entry.get("count", 0) for name, entry in manifest["entries"].items() if name.startswith("rows/"))
        self.stdout.write(f"{file} has {rows} rows of '{slug}'.")
