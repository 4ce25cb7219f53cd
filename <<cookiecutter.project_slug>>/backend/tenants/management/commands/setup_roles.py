"""The command `setup_roles`."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from psycopg import Error

from tenants.roles import set_up


class Command(BaseCommand):
    """Makes the database and its roles: owner, application and, where their URLs are set, maintenance and backup.

    DATABASE_ADMIN_URL says as whom: a role with CREATEROLE and CREATEDB, as managed PostgreSQL has for its customers.
    Set it for this command alone. Running it again changes passwords to those of the URLs, and mends rights.
    """

    help = __doc__
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            set_up(self.stdout.write)
        except (ImproperlyConfigured, Error) as error:
            raise CommandError(str(error).strip()) from error
