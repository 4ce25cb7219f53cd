"""Where the sandbox may run: on a developer's machine, and in tests."""

from urllib.parse import urlsplit

from django.conf import settings

from .server import HOST


class NotHere(Exception):
    """The sandbox would play a payment provider where real people pay. The message says why it does not."""


def check(url: str) -> None:
    """Raise NotHere unless everything is local: the settings, the sandbox and where its webhooks go."""
    if not settings.BILLING_SANDBOX_URL:
        raise NotHere("BILLING_SANDBOX_URL is not set: the product asks the real provider, with the keys in .env.")
    if not settings.IS_DEVELOPMENT:
        raise NotHere("These are the settings of a deployment. The sandbox is for a developer's machine.")
    for address in (settings.BILLING_SANDBOX_URL, url):
        if urlsplit(address).hostname not in (HOST, "localhost"):
            raise NotHere(f"{address} is not on this machine.")
