"""manage.py billing_sync"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from subscriptions.models import BillingAccount
from subscriptions.reconciliation import reconcile
from subscriptions.sync import sync_now
from subscriptions.tasks import sweep


class Command(BaseCommand):
    help = "Asks the payment provider anew: for one tenant, or for all that differ from what it has."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", nargs="?", help="The tenant. Without one, everything is compared.")

    def handle(self, *args: Any, slug: str | None, **options: Any) -> None:
        if slug is None:
            report = reconcile()
            sweep()
            self.stdout.write(f"{report.seen} subscriptions seen, {len(report.drifted)} differed.")
            for name in report.strangers:
                self.stdout.write(f"{name} is live and of no tenant.")
            return
        account = BillingAccount.objects.select_related("tenant").filter(tenant__slug=slug).first()
        if account is None:
            raise CommandError(f"No tenant '{slug}' has ever subscribed to anything.")
        if not sync_now(account):
            raise CommandError(account.sync_error or "Somebody else is asking just now. Try again in a minute.")
        self.stdout.write(f"{slug}: {account.status or 'no subscription'} {account.plan_key}".rstrip())
