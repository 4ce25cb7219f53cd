"""How to authenticate, for the OpenAPI schema."""

from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample

SWITCH_EXAMPLE = OpenApiExample("By its slug", value={"tenant": "globex"}, request_only=True)
SWITCHED_EXAMPLE = OpenApiExample(
    "In a browser",
    value={"tenant": {"id": 2, "slug": "globex", "name": "Globex"}, "access_expires_at": 1764064800},
    response_only=True,
    status_codes=["200"],
)
HANDOFF_EXAMPLE = OpenApiExample(
    "To another tenant", value={"host": "globex.example.com", "next": "/contacts"}, request_only=True
)
HANDOFF_URL_EXAMPLE = OpenApiExample(
    "Where to go",
    value={
        "url": "https://globex.example.com/api/v1/auth/handoff/start?from=acme.example.com&next=%2Fcontacts",
    },
    response_only=True,
    status_codes=["200"],
)


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Describes TokenAuthentication: a bearer token, or the cookie of a browser."""

    target_class = "accounts.authentication.TokenAuthentication"
    name = ["bearer", "cookie"]

    def get_security_requirement(self, auto_schema: AutoSchema) -> list[dict[str, list[Any]]]:
        """One or the other; the default would ask for both."""
        return [{name: []} for name in self.name]

    def get_security_definition(self, auto_schema: AutoSchema) -> list[dict[str, Any]]:
        """The two schemes, in the order of `name`."""
        return [
            {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
            {
                "type": "apiKey",
                "in": "cookie",
                "name": settings.ACCESS_COOKIE_NAME,
                "description": "Set by logging in. Requests that change something also need X-CSRFToken.",
            },
        ]
