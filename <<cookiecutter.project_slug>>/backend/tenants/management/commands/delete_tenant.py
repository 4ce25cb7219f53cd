"""The command `delete_tenant`."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tenants.erasure import NotDue, certificate, erase_tenant
from tenants.management.base import tenant_of_slug
from tenants.models import Erasure, Tenant


class Command(BaseCommand):
    """Erases a tenant for good, once its grace is over, and prints the certificate.

    If it is killed, run it again: it goes on. For a tenant that is erased already it prints the certificate.
    """

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("--now", action="store_true", help="Whether or not anybody asked, and without any grace.")
        parser.add_argument("--by", default="an operator", help="Who wanted it, for the certificate.")

    def handle(self, *args: Any, slug: str, now: bool, by: str, **options: Any) -> None:
        erasure = Erasure.objects.filter(slug=slug, finished_at__isnull=False).last()
        if erasure is None or Tenant.objects.filter(slug=slug).exists():
            try:
                erasure = erase_tenant(tenant_of_slug(slug), requested_by=by, now=now)
            except NotDue as error:
                raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(certificate(erasure), indent=2))
