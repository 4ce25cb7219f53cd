"""Every error leaves as `application/problem+json` (RFC 9457).

    {"type": "about:blank", "title": "Bad Request", "status": 400, "detail": "Some of the input is not valid.",
     "instance": "/api/v1/contacts", "code": "validation_error", "request_id": "0198…",
     "errors": [{"pointer": "/email", "detail": "Enter a valid email address.", "code": "invalid"}]}

`code` is for programs and stays the same, `detail` is for people and may change. `errors` says what is wrong where:
`pointer` is a JSON Pointer (RFC 6901) into the request's body, "" for the whole of it. An exception that has
`members` adds them to the problem.
"""

from collections.abc import Callable, Iterator
from functools import wraps
from http import HTTPStatus
from typing import Any, cast

from django.core.exceptions import NON_FIELD_ERRORS
from django.core.exceptions import ValidationError as DjangoValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from drf_standardized_errors.formatter import ExceptionFormatter
from drf_standardized_errors.handler import ExceptionHandler
from drf_standardized_errors.types import ExceptionHandlerContext
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.serializers import as_serializer_error
from rest_framework.settings import api_settings

from .logging import current_request_id

SERVER_ERROR = "Something went wrong on our side. If you tell us about it, please name the request id."


def problem_response(request: HttpRequest | Request, status: int, code: str, detail: str, **extra: Any) -> JsonResponse:
    """The answer to a request that failed; `extra` members are added to the body."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": request.path,
        "code": code,
        "request_id": current_request_id(),
        "errors": [],
    }
    return JsonResponse(body | extra, status=status, content_type="application/problem+json")


def exception_handler(exc: Exception, context: ExceptionHandlerContext) -> HttpResponse | None:
    """Django REST framework's EXCEPTION_HANDLER. None, with DEBUG on, leaves a bug to Django's page about it."""
    return ProblemHandler(exc, context).run()


class ProblemHandler(ExceptionHandler):
    """Answers any exception of an API view with a problem, and reports those that are bugs."""

    def convert_known_exceptions(self, exc: Exception) -> Exception:
        """A model's or service's ValidationError is the caller's mistake as much as a serializer's."""
        if isinstance(exc, DjangoValidationError):
            return ValidationError(as_serializer_error(exc))
        converted: Exception = super().convert_known_exceptions(exc)
        return converted

    def convert_unhandled_exceptions(self, exc: Exception) -> APIException:
        """A bug: the body must not tell what happened."""
        return exc if isinstance(exc, APIException) else APIException(SERVER_ERROR, code="server_error")

    def format_exception(self, exc: APIException) -> dict[str, Any]:
        formatted: dict[str, Any] = ProblemFormatter(exc, self.context, self.exc).run()
        return formatted

    def set_rollback(self) -> None:
        """Undo what the view wrote. One that is `non_atomic_requests` has no transaction, and must not end another."""
        match = cast(Request, self.context["request"]).resolver_match
        if match is None or not hasattr(match.func, "_non_atomic_requests"):
            super().set_rollback()

    def get_response(self, exc: APIException, data: dict[str, Any]) -> JsonResponse:  # type: ignore[override]
        """Not DRF's Response: that would pick a renderer, which may not know JSON or be what failed."""
        response = problem_response(cast(Request, self.context["request"]), exc.status_code, **data)
        for name, value in self.get_headers(exc).items():
            response.headers[name] = value
        return response


class ProblemFormatter(ExceptionFormatter):
    """The members of a problem that depend on the exception."""

    def run(self) -> dict[str, Any]:
        detail = self.exc.detail
        if isinstance(detail, (dict, list)):
            errors = list(errors_in(detail))
            return {"code": "validation_error", "detail": "Some of the input is not valid.", "errors": errors}
        return {"code": detail.code, "detail": str(detail), **getattr(self.exc, "members", {})}


def errors_in(detail: Any, pointer: str = "") -> Iterator[dict[str, str]]:
    """The errors of a serializer with all its children, each with a pointer to the value that is wrong."""
    if isinstance(detail, dict):
        for key, below in detail.items():
            yield from errors_in(below, pointer + _step(key))
    elif isinstance(detail, list):
        for index, item in enumerate(detail):
            # A list holds either the messages about one value or what is wrong with each item of a list.
            yield from errors_in(item, pointer if isinstance(item, str) else f"{pointer}/{index}")
    else:
        yield {"pointer": pointer, "detail": str(detail), "code": detail.code}


def _step(key: object) -> str:
    if key in (api_settings.NON_FIELD_ERRORS_KEY, NON_FIELD_ERRORS):
        return ""
    return "/" + str(key).replace("~", "~0").replace("/", "~1")


def only(*methods: str) -> Callable[[Callable[[HttpRequest], HttpResponse]], Callable[[HttpRequest], HttpResponse]]:
    """Decorates a plain Django view: any other method is refused, 405."""

    def decorate(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
        @wraps(view)
        def checked(request: HttpRequest) -> HttpResponse:
            return view(request) if request.method in methods else _method_refused(request, methods)

        return checked

    return decorate


def _method_refused(request: HttpRequest, methods: tuple[str, ...]) -> JsonResponse:
    allowed = ", ".join(methods)
    response = problem_response(request, 405, "method_not_allowed", f"Use {allowed} here.")
    response.headers["Allow"] = allowed
    return response


def bad_request(request: HttpRequest, exception: Exception) -> JsonResponse:
    """Django's handler400."""
    return problem_response(request, 400, "bad_request", "The server could not understand this request.")


def permission_denied(request: HttpRequest, exception: Exception) -> JsonResponse:
    """Django's handler403."""
    return problem_response(request, 403, "permission_denied", "You may not do this.")


def not_found(request: HttpRequest, exception: Exception) -> JsonResponse:
    """Django's handler404."""
    return problem_response(request, 404, "not_found", "There is nothing at this address.")


def server_error(request: HttpRequest) -> JsonResponse:
    """Django's handler500."""
    return problem_response(request, 500, "server_error", SERVER_ERROR)


def csrf_failure(request: HttpRequest, reason: str = "") -> JsonResponse:
    """Django's CSRF_FAILURE_VIEW. `reason` is Django's own sentence about what was missing or wrong."""
    detail = f"{reason.rstrip('.')}. Fetch /api/v1/auth/csrf and send the cookie's value as X-CSRFToken."
    return problem_response(request, 403, "csrf_failed", detail)
