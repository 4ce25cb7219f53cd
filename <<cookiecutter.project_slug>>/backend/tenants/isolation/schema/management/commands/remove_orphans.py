"""The command `remove_orphans`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from tenants.isolation.provisioning import orphans, remove_orphans


class Command(BaseCommand):
    """Lists the schemas that belong to no tenant, as a killed process leaves them; with --yes, drops them.

    After an older backup of the control plane was restored, those of the tenants that signed up since are listed, too.
    """

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--yes", action="store_true", help="Drop them, with all that is in them.")

    def handle(self, *args: Any, yes: bool, **options: Any) -> None:
        found = remove_orphans() if yes else orphans()
        for name in found:
            self.stdout.write(name)
        if not found:
            self.stdout.write("There are none.")
        elif yes:
            self.stdout.write(f"Dropped: {len(found)}.")
        else:
            self.stdout.write(f"{len(found)} found. Look at them, then drop them with --yes.")
