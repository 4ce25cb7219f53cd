"""Questions about jobs."""

from django.db.models import QuerySet

from .models import Job


def jobs() -> QuerySet[Job]:
    """All jobs of the tenant, without what only their workers need."""
    return Job.objects.defer("checkpoint")
