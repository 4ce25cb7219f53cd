"""`pgbouncer_users`: who may log in to a PgBouncer in front of the database."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import DEFAULT_DB_ALIAS, connections

from tenants.isolation.databases import alias_of
from tenants.models import Tenant


class Command(BaseCommand):
    help = "Prints PgBouncer's auth_file: each role that the application connects as, with its password."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        aliases = [DEFAULT_DB_ALIAS, *map(alias_of, Tenant.objects.order_by("pk"))]
        for line in dict.fromkeys(map(_line, aliases)):
            self.stdout.write(line)


def _line(alias: str) -> str:
    settings = connections.settings[alias]
    return " ".join('"{}"'.format(settings[name].replace('"', '""')) for name in ("USER", "PASSWORD"))
