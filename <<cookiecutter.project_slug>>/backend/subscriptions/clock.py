"""What time it is for money: the sandbox's clock where there is one, so that a developer can put it forward."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import caches
from django.utils import timezone

_KEY = "billing-clock"


def now() -> datetime:
    """The time by which trials, periods and graces end."""
    return timezone.now() + _offset()


def put_forward(by: timedelta) -> None:
    """Let billing think that it is so much later. For the sandbox alone."""
    caches["shared"].set(_KEY, int(by.total_seconds()), timeout=None)


def _offset() -> timedelta:
    if not settings.BILLING_SANDBOX_URL:
        return timedelta()
    return timedelta(seconds=caches["shared"].get(_KEY, 0))
