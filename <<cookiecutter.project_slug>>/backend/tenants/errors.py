"""How services' refusals leave the API, and how a body's data come in."""

from typing import Any, cast

from django.core.exceptions import ValidationError
from rest_framework.exceptions import APIException
from rest_framework.serializers import BaseSerializer


class Conflict(APIException):
    """The request is right, and does not fit how things are now: 409 with the code of the service's refusal."""

    status_code = 409

    def __init__(self, error: ValidationError) -> None:
        super().__init__(error.messages[0], error.code)


def validated(serializer: BaseSerializer[Any]) -> dict[str, Any]:
    """What the body says. Raises rest_framework's ValidationError where it says something else than it should."""
    serializer.is_valid(raise_exception=True)
    return cast(dict[str, Any], serializer.validated_data)
