"""For the handlers of requests that must not be carried out twice."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from .services import MAX_KEY, REPLAYED, once

Handler = TypeVar("Handler", bound=Callable[..., Response])

KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": MAX_KEY, "pattern": "^[ -~]+$"},
    OpenApiParameter.HEADER,
    description="Of your making, and a new one for each request, such as a UUID. If no answer came, send the request "
    "again with the same key: it is carried out once. Kept for a day.",
)
REPLAYED_HEADER = OpenApiParameter(
    REPLAYED, str, OpenApiParameter.HEADER, response=True, description="`true` if it had been carried out before."
)


def idempotent(handler: Handler) -> Handler:
    """Decorates a method of a view that goes by TenantAccess and writes the tenant's own rows, above `@action`.

    With a header `Idempotency-Key` it is carried out once, and answered the same way again: see idempotency.services.
    What the control plane holds is not committed together with the answer in each way to keep tenants apart.
    """

    @wraps(handler)
    def handle(view: APIView, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return handler(view, request, *args, **kwargs)
        return once(request, key, lambda: handler(view, request, *args, **kwargs))

    return cast(Handler, extend_schema(parameters=[KEY, REPLAYED_HEADER])(handle))
