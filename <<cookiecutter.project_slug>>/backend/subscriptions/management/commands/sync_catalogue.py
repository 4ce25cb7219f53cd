"""manage.py sync_catalogue"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from subscriptions.catalogue import sync_catalogue
from subscriptions.provider import ProviderError


class Command(BaseCommand):
    help = "Takes the plans of subscriptions/plans.py to the payment provider. Again changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            new = sync_catalogue()
        except ProviderError as error:
            raise CommandError(str(error)) from error
        for price in new:
            self.stdout.write(f"{price}: {price.amount} {price.currency}, {price.provider_ref}")
        self.stdout.write(f"{len(new)} new prices.")
