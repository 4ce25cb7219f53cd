"""Questions about a tenant's log."""

from collections.abc import Iterator

from django.db.models import Q, QuerySet

from .models import AuditEvent

PAGE = 1_000
"""Events that are read at a time where all are wanted."""


def audit_events() -> QuerySet[AuditEvent]:
    """All events of the tenant."""
    return AuditEvent.objects.all()


def newest_first(events: QuerySet[AuditEvent]) -> Iterator[AuditEvent]:
    """All of these events, some at a time: there may be millions."""
    ordered = events.order_by("-created_at", "-pk")
    page = list(ordered[:PAGE])
    while page:
        yield from page
        last = page[-1]
        older = Q(created_at__lt=last.created_at) | Q(created_at=last.created_at, pk__lt=last.pk)
        page = list(ordered.filter(older)[:PAGE])
