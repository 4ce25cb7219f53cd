"""What the OpenAPI schema says beyond what views and serializers say themselves."""

from http import HTTPStatus
from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import Direction, OpenApiResponse
from rest_framework import serializers
from rest_framework.permissions import SAFE_METHODS

PROBLEM = ["application/problem+json"]
NOT_ALLOWED = "Not allowed, or not from a page of another site"
WHO = {"401": "Not logged in", "403": NOT_ALLOWED}
ANYWHERE = {
    "400": "Something in the request is not valid",
    "404": "There is no such thing, or no tenant at this address",
    "406": "There is no answer of the type that `Accept` names",
    "429": "Too many requests; `Retry-After` says in how many seconds to ask again",
    "503": "The tenant's data are being upgraded; `Retry-After` says in how many seconds to ask again",
}
BY_HEADER = {
    "Idempotency-Key": {
        "409": "A request with this Idempotency-Key is being carried out",
        "422": "This Idempotency-Key was used for another request",
    },
    "If-Match": {"412": "It has been changed since"},
}
CHANGING = {
    "402": "The tenant's plan does not have this, or what is owed has to be paid first; `upgrade_url` says where",
    "403": NOT_ALLOWED,
    "411": "The request does not say how long its body is",
    "413": "The body is too large",
    "415": "The body is of a type that is not read here",
}

USUAL = {**ANYWHERE, **WHO, **CHANGING, **BY_HEADER["Idempotency-Key"], **BY_HEADER["If-Match"]}


class FieldErrorSerializer(serializers.Serializer[Any]):
    """What is wrong with one value."""

    pointer = serializers.CharField(help_text='JSON Pointer into the request\'s body; "" is the whole of it.')
    detail = serializers.CharField(help_text="For people.")
    code = serializers.CharField(help_text="For programs.")


class ProblemSerializer(serializers.Serializer[Any]):
    """An error, as RFC 9457 describes it."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="What happened, for people.")
    instance = serializers.CharField(help_text="The path that was asked for.")
    code = serializers.CharField(help_text="What happened, for programs.")
    request_id = serializers.CharField(help_text="Also in the header X-Request-ID, and in our logs.")
    errors = FieldErrorSerializer(many=True)  # type: ignore[assignment]  # a field, and taken out of the class


def share_problems(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """Says each of the usual problems once, for all operations to refer to. A hook of drf-spectacular's."""
    shared: dict[str, Any] = {}
    for operation in (operation for item in result["paths"].values() for operation in item.values()):
        for status, response in operation["responses"].items():
            if response["description"] == USUAL.get(status):
                name = HTTPStatus(int(status)).phrase.replace(" ", "")
                shared[name] = response
                operation["responses"][status] = {"$ref": f"#/components/responses/{name}"}
    result["components"]["responses"] = dict(sorted(shared.items()))
    return result


def complete_answers(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """Says of each property of an answer that it is always there, as it is. Another hook.

    drf-spectacular goes by what a request may leave out.
    """
    for name, component in result["components"]["schemas"].items():
        if "properties" in component and not name.endswith("Request"):
            component["required"] = sorted(component["properties"])
    return result


class Schema(AutoSchema):
    """Adds to every operation the problems it may answer with, and the permission that it requires."""

    def get_extensions(self) -> dict[str, Any]:
        """`x-required-permission`: a codename, `any-member`, or nothing where the view goes by something else."""
        required = getattr(self.view, "required", {}).get(self.method)
        return {} if required is None else {"x-required-permission": required or "any-member"}

    def _get_response_bodies(self, direction: Direction = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        if direction == "response":
            for code, description in self._problems().items():
                bodies.setdefault(code, {"description": description})
        return {code: self._with_problem(code, body) for code, body in bodies.items()}

    def _problems(self) -> dict[str, str]:
        """All that a request can be refused with, so that a client need expect nothing else."""
        problems = ANYWHERE | (CHANGING if self.method not in SAFE_METHODS else {})
        auth = self.get_auth()
        if auth and {} not in auth:
            problems |= WHO
        for parameter in self._get_parameters():
            problems |= BY_HEADER.get(parameter["name"], {})
        return problems

    def _with_problem(self, code: str, body: dict[str, Any]) -> Any:
        """The answer, with a problem as its content if it is an error that has no other."""
        if code[0] in "123" or "content" in body:
            return body
        response = OpenApiResponse(ProblemSerializer, body["description"])
        return self._get_response_for_code(response, code, PROBLEM)  # type: ignore[no-untyped-call]
