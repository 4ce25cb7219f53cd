"""What the OpenAPI schema says beyond what views and serializers say themselves."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import Direction, OpenApiResponse
from rest_framework import serializers

PROBLEM = ["application/problem+json"]


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
        places = {parameter["in"] for parameter in self._get_parameters()}
        problems = {}
        if "query" in places or self.method in ("POST", "PUT", "PATCH"):
            problems["400"] = "Something in the request is not valid"
        auth = self.get_auth()
        if auth and {} not in auth:
            problems |= {"401": "Not logged in", "403": "Not allowed"}
        if "path" in places:
            problems["404"] = "There is no such thing"
        return problems | {"default": "Any other error"}

    def _with_problem(self, code: str, body: dict[str, Any]) -> Any:
        """The answer, with a problem as its content if it is an error that has no other."""
        if code[0] in "123" or "content" in body:
            return body
        response = OpenApiResponse(ProblemSerializer, body["description"])
        return self._get_response_for_code(response, code, PROBLEM)  # type: ignore[no-untyped-call]
