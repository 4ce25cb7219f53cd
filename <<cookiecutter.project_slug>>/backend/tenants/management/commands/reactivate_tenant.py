"""The command `reactivate_tenant`."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from tenants.lifecycle import reactivate_tenant
from tenants.management.base import tenant_of_slug


class Command(BaseCommand):
    """Opens a suspended tenant again; tasks that waited run within ten minutes."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")

    def handle(self, *args: Any, slug: str, **options: Any) -> None:
        try:
            reactivate_tenant(tenant_of_slug(slug))
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"The tenant '{slug}' is active.")
