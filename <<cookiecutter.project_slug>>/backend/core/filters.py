"""Query parameters of lists that several apps have."""

from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django_filters.fields import IsoDateTimeField
from django_filters.rest_framework import IsoDateTimeFilter


class _InstantField(IsoDateTimeField):  # type: ignore[misc]  # the library has no types
    def to_python(self, value: Any) -> datetime | None:
        moment: datetime | None = super().to_python(value)
        try:
            return moment and moment.astimezone(UTC)
        except OverflowError as error:  # before the year 1, or after 9999
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error


class InstantFilter(IsoDateTimeFilter):  # type: ignore[misc]
    """A moment in ISO 8601, in UTC from here on: PostgreSQL does not know all offsets that Python has, as -20:20."""

    field_class = _InstantField
