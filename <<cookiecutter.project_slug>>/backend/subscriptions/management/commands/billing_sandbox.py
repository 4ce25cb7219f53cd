"""manage.py billing_sandbox"""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from subscriptions.sandbox.guard import NotHere, check
from subscriptions.sandbox.running import refresh, running
from subscriptions.sandbox.server import HOST

NOT_IN_USE = "Your own keys are set, so the product asks the real payment provider. Unset them to have the sandbox."


class Command(BaseCommand):
    help = "Plays the payment provider on this machine, so that no keys are needed. Ctrl-C ends it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, help="Where it listens; the product asks there by SANDBOX_PORT.")
        parser.add_argument("--api", default="http://127.0.0.1:8000", help="Where the API gets its webhooks.")

    def handle(self, *args: Any, port: int | None, api: str, **options: Any) -> None:
        try:
            if settings.IS_DEVELOPMENT and not settings.BILLING_SANDBOX_URL:
                self._say_so(port or _port_of(settings.SANDBOX_ADDRESS))
            else:
                self._play(port, api)
        except NotHere as reason:
            raise CommandError(str(reason)) from reason
        except OSError as error:
            raise CommandError(f"The sandbox cannot listen: {error.strerror}.") from error
        except KeyboardInterrupt:
            self.stdout.write("Ended.")

    def _play(self, port: int | None, api: str) -> None:
        check(api)
        file = Path(settings.BILLING_SANDBOX_FILE)
        with running(file, api, port or _port_of(settings.BILLING_SANDBOX_URL)) as sandbox:
            refresh()
            self.stdout.write(f"{sandbox.provider.name}'s sandbox is at {settings.BILLING_SANDBOX_URL}")
            Event().wait()

    def _say_so(self, port: int) -> None:
        """`make start` runs this command always: it goes on, and says why there is no sandbox."""
        self.stdout.write(NOT_IN_USE)
        ThreadingHTTPServer((HOST, port), _Notice).serve_forever()


def _port_of(address: str) -> int:
    return urlsplit(address).port or 80


class _Notice(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.end_headers()
        self.wfile.write(NOT_IN_USE.encode())

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""
