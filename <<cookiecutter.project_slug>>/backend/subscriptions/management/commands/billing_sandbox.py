"""manage.py billing_sandbox"""

from pathlib import Path
from threading import Event
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from subscriptions.catalogue import sync_catalogue
from subscriptions.sandbox.guard import NotHere
from subscriptions.sandbox.running import running


class Command(BaseCommand):
    help = "Plays the payment provider on this machine, so that no keys are needed. Ctrl-C ends it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--api", default="http://127.0.0.1:8000", help="Where the API gets its webhooks.")
        parser.add_argument("--file", type=Path, default=settings.ROOT / "var" / "sandbox.json", help="Its memory.")

    def handle(self, *args: Any, api: str, file: Path, **options: Any) -> None:
        try:
            with running(file, api) as sandbox:
                sync_catalogue()
                self.stdout.write(f"{sandbox.provider.name}'s sandbox is at {settings.BILLING_SANDBOX_URL}")
                Event().wait()
        except NotHere as reason:
            raise CommandError(str(reason)) from reason
        except OSError as error:
            raise CommandError(f"{settings.BILLING_SANDBOX_URL} cannot be used: {error.strerror}.") from error
        except KeyboardInterrupt:
            self.stdout.write("Ended.")
