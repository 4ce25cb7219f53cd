"""`shell`: Django's own, inside a tenant if asked to."""

from typing import Any

from django.core.management.base import CommandParser
from django.core.management.commands import shell

from tenants.context import tenant_context
from tenants.management.base import tenant_of_slug


class Command(shell.Command):
    """Without `--tenant` there is no tenant, and tenants' rows are out of reach as they are anywhere else."""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--tenant", metavar="SLUG", help="Work inside this tenant.")

    def handle(self, **options: Any) -> None:
        slug = options.pop("tenant")
        with tenant_context(tenant_of_slug(slug) if slug else None):
            super().handle(**options)
