"""`migrate_tenants`: bring every tenant's place up to date."""

from typing import Any

from django.core.management.base import BaseCommand

from tenants.isolation.provisioning import migrate_tenant
from tenants.models import Tenant


class Command(BaseCommand):
    help = "Migrates every tenant's place. `migrate` calls this at its end."

    def handle(self, *args: Any, **options: Any) -> None:
        tenants = Tenant.objects.using("owner").order_by("pk")
        for tenant in tenants:
            migrate_tenant(tenant)
        if options["verbosity"] >= 1 and tenants:
            self.stdout.write(f"{len(tenants)} tenants are up to date.")
