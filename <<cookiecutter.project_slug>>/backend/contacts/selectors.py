"""Questions about contacts."""

from django.db.models import QuerySet

from .models import Contact


def contacts() -> QuerySet[Contact]:
    """All contacts of the tenant."""
    return Contact.objects.all()
