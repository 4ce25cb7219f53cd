"""What changes the facts about subscriptions."""

from typing import Any

from .gateway import PROVIDER, Event
from .models import WebhookEvent


def record_event(event: Event, payload: dict[str, Any]) -> None:
    """Store a verified event, once: a second delivery, also one at the same moment, changes nothing."""
    row = WebhookEvent(
        provider=PROVIDER, event_id=event.id, type=event.type, created=event.created, payload=_storable(payload)
    )
    WebhookEvent.objects.bulk_create([row], ignore_conflicts=True)


def _storable(value: Any) -> Any:
    """The same JSON without what PostgreSQL refuses: NUL and halves of surrogate pairs.

    A provider may cut a text in the middle of an emoji; answering 500 would make it send the same again for days.
    """
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_storable(key): _storable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_storable(item) for item in value]
    return value
