"""`migrate_tenants`: bring every tenant's place up to date."""

from __future__ import annotations

from typing import Any

from django.core.checks import Tags
from django.core.management.base import BaseCommand, CommandError, CommandParser

from tenants.isolation import fleet
from tenants.models import Tenant


class Command(BaseCommand):
    help = (
        "Migrates every tenant's place. `migrate` calls this at its end. Where one fails, the others go on; run it "
        "again to go on with those that are left."
    )
    requires_system_checks = (Tags.models,)  # the others load every view, which takes longer than the tenants

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--tenant", action="append", metavar="SLUG", help="Only this one; may be repeated.")
        parser.add_argument("--parallel", type=_positive, default=4, metavar="N", help="So many at a time (4).")
        parser.add_argument(
            "--canary", type=_positive, default=0, metavar="N", help="Migrate N first, and stop if one of them fails."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        tenants = _tenants(options["tenant"])
        self.total, self.done, self.verbosity = len(tenants), 0, options["verbosity"]
        self.failures: list[str] = []
        for batch in filter(None, (tenants[: options["canary"]], tenants[options["canary"] :])):
            fleet.migrate_fleet(batch, parallel=options["parallel"], report=self.report)
            if self.failures:
                raise CommandError(self.summary())
        if self.verbosity >= 1 and tenants:
            self.stdout.write(f"{self.total} tenants are up to date.")

    def report(self, tenant: Tenant, error: Exception | None) -> None:
        """Print that the tenant is done, or keep what went wrong for the end."""
        self.done += 1
        if error is not None:
            self.failures.append(f"  {tenant.slug}: {type(error).__name__}: {error}".rstrip())
        if self.verbosity >= 1:
            self.stdout.write(f"[{self.done}/{self.total}] {tenant.slug}: {'FAILED' if error else 'up to date'}")

    def summary(self) -> str:
        """Which tenants failed, why, and what to do."""
        untried = self.total - self.done
        return "\n".join(
            [
                f"{len(self.failures)} of {self.done} tenants could not be migrated:",
                *self.failures,
                *([f"The other {untried} were not tried."] if untried else []),
                "Mend what is wrong, and run `python manage.py migrate_tenants` again: those that are done stay done.",
            ]
        )


def _tenants(slugs: list[str] | None) -> list[Tenant]:
    tenants = list(Tenant.objects.using("owner").order_by("pk"))
    if slugs is None:
        return tenants
    if unknown := set(slugs) - {tenant.slug for tenant in tenants}:
        raise CommandError(f"There is no tenant with the slug {', '.join(map(repr, sorted(unknown)))}.")
    return [tenant for tenant in tenants if tenant.slug in slugs]


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number
