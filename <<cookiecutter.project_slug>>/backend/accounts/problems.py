"""What allauth refuses is a problem as everything else is (RFC 9457), and still what allauth's own clients read.

{"type": "about:blank", "title": "Bad Request", "status": 400, "detail": "Some of the input is not valid.",
 "instance": "/_allauth/browser/v1/auth/login", "code": "validation_error", "request_id": "0198…",
 "errors": [{"pointer": "/email", "detail": "Enter a valid email address.", "code": "invalid",
             "param": "email", "message": "Enter a valid email address."}]}
"""

import json
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.exceptions import ParseError, ValidationError

from core.errors import errors_in, problem_response
from core.parsers import TOO_DEEP, refuse_unkept

PREFIX = "/_allauth/"
PROBLEM = "application/problem+json"
RETRY_AFTER = 60
"""Seconds that most of allauth's limits count in. It does not tell which was met."""

INVALID = ("validation_error", "Some of the input is not valid.")
WORDS = {
    400: ("bad_request", "The server could not understand this request."),
    401: ("not_authenticated", "Log in first, by one of `data.flows`."),
    403: ("permission_denied", "You may not do this."),
    404: ("not_found", "There is nothing at this address."),
    405: ("method_not_allowed", "Use another method here: see the header Allow."),
    409: ("conflict", "You are logged in already, or what this belongs to is not under way."),
    410: ("session_gone", "This session has ended. Begin again without X-Session-Token."),
    429: ("throttled", "You have tried too often. Wait a little, then try again."),
}


class AllauthProblemMiddleware:
    """Adds to each error of allauth's endpoints the members of a problem, and refuses JSON that allauth cannot take."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        response = _refusal(request) or self.get_response(request)
        if response.status_code < 400 or response.headers.get("Content-Type") == PROBLEM:
            return response
        return _as_problem(request, response)


def _refusal(request: HttpRequest) -> HttpResponseBase | None:
    """Nothing where allauth takes the body, or says itself that it is none."""
    try:
        refuse_unkept(json.loads(request.body))
    except ValueError:
        return None
    except RecursionError:
        return problem_response(request, 400, *TOO_DEEP)
    except ParseError as error:
        return problem_response(request, 400, str(error.get_codes()), str(error.detail))
    except ValidationError as error:
        errors = [_for_allauths_clients(each) for each in errors_in(error.detail)]
        return problem_response(request, 400, *INVALID, errors=errors)
    return None


def _for_allauths_clients(error: dict[str, str]) -> dict[str, str]:
    field = error["pointer"].removeprefix("/")
    return error | {"message": error["detail"]} | ({"param": field} if field else {})


def _as_problem(request: HttpRequest, response: HttpResponseBase) -> HttpResponse:
    """A problem with allauth's own members, headers and cookies."""
    said = _said(response)
    code, detail = _words(response.status_code, said)
    errors = [error | {"pointer": _pointer(error), "detail": error["message"]} for error in said.get("errors", [])]
    extra = {name: value for name, value in said.items() if name != "status"}
    problem = problem_response(request, response.status_code, code, detail, **extra | {"errors": errors})
    for name, value in response.headers.items():
        if name not in ("Content-Type", "Content-Length"):
            problem.headers[name] = value
    problem.cookies = response.cookies
    if response.status_code == 429:
        problem.headers["Retry-After"] = str(RETRY_AFTER)
    return problem


def _said(response: HttpResponseBase) -> dict[str, Any]:
    """allauth's own body; nothing where it has none, or one for people."""
    if response.headers.get("Content-Type") != "application/json":
        return {}
    said: dict[str, Any] = json.loads(response.content)  # type: ignore[attr-defined]
    return said


def _words(status: int, said: dict[str, Any]) -> tuple[str, str]:
    """The problem's code and detail."""
    if said.get("errors"):
        return INVALID
    if status == 401 and said.get("meta", {}).get("is_authenticated"):
        return "reauthentication_required", "Confirm that it is you, by one of `data.flows`. Then try again."
    if pending := [flow["id"] for flow in said.get("data", {}).get("flows", []) if flow.get("is_pending")]:
        return "flow_pending", f"There is another step: {pending[0]}."
    return WORDS.get(status, ("error", "This request was refused."))


def _pointer(error: dict[str, Any]) -> str:
    return f"/{error['param']}" if error.get("param") else ""
