"""Answers as they look, for the OpenAPI schema."""

from typing import Any

from drf_spectacular.utils import OpenApiExample

TENANT_EXAMPLE = {
    "name": "Acme",
    "slug": "acme",
    "host": "acme.example.com",
    "status": "active",
    "delete_after": None,
    "created_at": "2026-11-25T09:30:00Z",
}
DOMAIN_EXAMPLE = {
    "id": 7,
    "host": "app.acme.com",
    "record": {
        "type": "TXT",
        "name": "_product-challenge.app.acme.com",
        "value": "product-challenge=8d1b6f0c2a…",
    },
    "verified_at": None,
    "created_at": "2026-11-25T09:30:00Z",
}
ROLE_EXAMPLE = {
    "key": "sales",
    "name": "Sales",
    "is_system": False,
    "permissions": ["contacts.read", "contacts.write"],
    "members": 0,
}
MEMBER_EXAMPLE = {
    "id": 12,
    "email": "bob@acme.com",
    "name": "Bob Stone",
    "role": "member",
    "role_name": "Member",
    "is_me": False,
    "joined_at": "2026-11-25T09:30:00Z",
}
INVITATION_EXAMPLE = {
    "id": 4,
    "email": "carol@acme.com",
    "role": "member",
    "role_name": "Member",
    "invited_by": "Alice",
    "created_at": "2026-11-25T09:30:00Z",
    "expires_at": "2026-12-02T09:30:00Z",
    "is_expired": False,
}
OFFERED_TENANT_EXAMPLE = {"id": 3, "name": "Acme", "slug": "acme", "host": "acme.example.com"}
OFFER_EXAMPLE = {
    "tenant": OFFERED_TENANT_EXAMPLE,
    "email": "carol@acme.com",
    "role_name": "Member",
    "invited_by": "Alice",
    "expires_at": "2026-12-02T09:30:00Z",
}
EXPORT_EXAMPLE = {
    "id": "019abf5c-7a41-7c3e-9d1f-0e5a4c2b8f10",
    "kind": "tenants.export",
    "status": "succeeded",
    "progress": {"current": 1214, "total": 1214, "percent": 100, "message": ""},
    "result": {
        "size": 482133,
        "url": "/api/v1/tenant/export/file?signature=WzEsImV4cG9ydHMv…",
        "expires_at": "2026-11-26T09:31:00+00:00",
    },
    "error": None,
    "created_at": "2026-11-25T09:30:00Z",
    "started_at": "2026-11-25T09:30:01Z",
    "finished_at": "2026-11-25T09:31:00Z",
}
UNVERIFIED_EXAMPLE = {
    "type": "about:blank",
    "title": "Conflict",
    "status": 409,
    "detail": "Create the TXT record _product-challenge.app.acme.com with the value 'product-challenge=8d1b6f0c2a…'. "
    "There is no such record.",
    "instance": "/api/v1/tenant/domains/7/verify",
    "code": "not_verified",
    "request_id": "019abf5c7a417c3e9d1f0e5a4c2b8f10",
    "errors": [],
    "expected": DOMAIN_EXAMPLE["record"],
    "found": [],
}


def example(value: dict[str, Any], status_code: str, media_type: str = "application/json") -> OpenApiExample:
    """An answer as it looks, for the documentation."""
    return OpenApiExample("Example", value=value, response_only=True, status_codes=[status_code], media_type=media_type)
