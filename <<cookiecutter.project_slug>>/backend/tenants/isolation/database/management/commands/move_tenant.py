"""The command `move_tenant`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tenants.isolation.moving import MoveFailed, move
from tenants.management.base import tenant_of_slug


class Command(BaseCommand):
    """Moves a tenant's database to another server. Meanwhile its people are told to try again in a minute.

    If it is killed, run it again: it goes on.
    """

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("server", help="A name from TENANT_SERVERS; '' is the control plane's server.")

    def handle(self, *args: Any, slug: str, server: str, **options: Any) -> None:
        tenant = tenant_of_slug(slug)
        try:
            move(tenant, server)
        except MoveFailed as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{slug} is on the server {server or 'of the control plane'}.")
