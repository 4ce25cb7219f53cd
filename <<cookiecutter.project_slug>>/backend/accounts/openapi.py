"""How to authenticate, for the OpenAPI schema."""

from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample

from tenants.access import TenantAccess

SWITCH_EXAMPLE = OpenApiExample("By its slug", value={"tenant": "globex"}, request_only=True)
SWITCHED_EXAMPLE = OpenApiExample(
    "In a browser",
    value={
        "tenant": {"id": 2, "slug": "globex", "name": "Globex", "host": "globex.example.com"},
        "access_expires_at": 1764064800,
        "access_token": None,
    },
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

API_KEY_EXAMPLE = {
    "id": "019abf5c-7a41-7c3e-9d1f-0e5a4c2b8f10",
    "name": "Nightly report",
    "start": "acmecloud_3f9a1c",
    "scopes": ["contacts.read"],
    "acts_for": "alice@acme.com",
    "created_at": "2026-11-25T09:30:00Z",
    "expires_at": "2027-11-25T00:00:00Z",
    "last_used_at": None,
}
NEW_API_KEY_EXAMPLE = API_KEY_EXAMPLE | {"key": "acmecloud_3f9a1c0b7d…"}
WANTED_API_KEY_EXAMPLE = {
    "name": "Nightly report",
    "scopes": ["contacts.read"],
    "expires_at": "2027-11-25T00:00:00Z",
}


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Describes ApiKeyAuthentication."""

    target_class = "accounts.api_keys.ApiKeyAuthentication"
    name = "apiKey"

    def get_security_requirement(self, auto_schema: AutoSchema) -> list[dict[str, list[Any]]]:
        """Only where keys are taken."""
        return [{self.name: []}] if TenantAccess in auto_schema.view.permission_classes else []

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        """As a bearer token goes, so does a key."""
        return {"type": "http", "scheme": "bearer", "description": "A key of `/api/v1/api-keys`, for programs."}


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
