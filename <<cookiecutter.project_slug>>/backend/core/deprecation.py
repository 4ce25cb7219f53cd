"""Endpoints that are on their way out, and say so in each answer.

    @deprecated(since=date(2027, 1, 1), sunset=date(2027, 7, 1), instead="/api/v1/people")
    class ContactViewSet(ModelViewSet):

Programs read `Deprecation` (RFC 9745), `Sunset` (RFC 8594) and the `Link` to what takes their place; people see the
operation struck out in the documentation.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any, NamedTuple, TypeVar

from django.utils.http import http_date
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

View = TypeVar("View", bound=type[APIView])


class Deprecation(NamedTuple):
    """Since when a view should not be used, when it goes, and the path of what to use instead."""

    since: date
    sunset: date
    instead: str

    @property
    def headers(self) -> dict[str, str]:
        """What each answer says about it."""
        return {
            "Deprecation": f"@{_timestamp(self.since)}",
            "Sunset": http_date(_timestamp(self.sunset)),
            "Link": f'<{self.instead}>; rel="successor-version"',
        }


def deprecated(*, since: date, sunset: date, instead: str) -> Callable[[View], View]:
    """Decorates an APIView or a viewset. Both dates begin at midnight UTC."""
    deprecation = Deprecation(since, sunset, instead)

    def decorate(view: View) -> View:
        finalize = view.finalize_response

        def finalize_response(self: APIView, request: Request, *args: Any, **kwargs: Any) -> Response:
            response: Response = finalize(self, request, *args, **kwargs)
            for name, value in deprecation.headers.items():
                response.headers[name] = value
            return response

        view.finalize_response = finalize_response  # type: ignore[method-assign]
        gone = {"x-sunset": sunset.isoformat()}
        return extend_schema(deprecated=True, extensions=gone)(view)

    return decorate


def _timestamp(day: date) -> int:
    return int(datetime.combine(day, time(), UTC).timestamp())
