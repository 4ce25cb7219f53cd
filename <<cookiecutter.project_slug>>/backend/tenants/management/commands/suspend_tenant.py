"""The command `suspend_tenant`."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from tenants.lifecycle import suspend_tenant
from tenants.management.base import tenant_of_slug


class Command(BaseCommand):
    """Closes a tenant: requests are refused and tasks wait until `reactivate_tenant`. Nothing is removed."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("--reason", required=True, help="For operators; the tenant is not told.")

    def handle(self, *args: Any, slug: str, reason: str, **options: Any) -> None:
        try:
            suspend_tenant(tenant_of_slug(slug), reason=reason)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"The tenant '{slug}' is suspended.")
