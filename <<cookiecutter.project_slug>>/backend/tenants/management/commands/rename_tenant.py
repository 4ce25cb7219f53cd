"""The command `rename_tenant`."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from tenants.lifecycle import rename_tenant
from tenants.management.base import tenant_of_slug


class Command(BaseCommand):
    """Gives a tenant another subdomain. It can be reached at the old one no more."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("new_slug")

    def handle(self, *args: Any, slug: str, new_slug: str, **options: Any) -> None:
        try:
            rename_tenant(tenant_of_slug(slug), slug=new_slug)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"The tenant '{slug}' is '{new_slug}' now.")
