"""Answers that a caller has already, told by their `ETag` (RFC 9110, section 13)."""

from hashlib import sha256
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.http import ConditionalGetMiddleware
from rest_framework.renderers import JSONRenderer

from .errors import problem_response


class ConditionalMiddleware(ConditionalGetMiddleware):
    """Gives what is read an `ETag`, and answers 304 where `If-None-Match` names it: nothing has changed.

    Whoever keeps an answer asks each time whether it still holds, and no cache that others share keeps it.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        response.headers.setdefault("Cache-Control", "private, no-cache")
        answer: HttpResponseBase = super().process_response(request, response)
        if answer.status_code == 412 and answer is not response:
            return problem_response(request, 412, "precondition_failed", "This is not what `If-Match` names.")
        return answer

    def needs_etag(self, response: HttpResponseBase) -> bool:
        """An error has its request's id in it, and is another each time."""
        return response.status_code == 200 and super().needs_etag(response)


def etag_of(data: Any) -> str:
    """The tag of an object as the API shows it."""
    return f'"{sha256(JSONRenderer().render(data)).hexdigest()[:32]}"'
