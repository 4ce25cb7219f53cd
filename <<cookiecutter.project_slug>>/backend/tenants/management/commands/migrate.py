"""`migrate`: as the owner of the tables, first what is common, then every tenant."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import CommandError, CommandParser
from django.core.management.commands import migrate
from django.db import connections

from tenants.executor import Executor

migrate.MigrationExecutor = Executor  # type: ignore[attr-defined]  # there is no other way to give it one


class Command(migrate.Command):
    """Django's own, over the alias `owner`, followed by `migrate_tenants`."""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database="owner")

    def handle(self, *args: Any, **options: Any) -> str | None:
        if options["database"] == "owner" and "owner" not in connections:
            raise CommandError("Migrations run as the owner of the tables: set DATABASE_OWNER_URL.")
        result = super().handle(*args, **options)
        if options["database"] == "owner" and not options["plan"] and not options["check_unapplied"]:
            call_command("migrate_tenants", verbosity=options["verbosity"])
        return result
