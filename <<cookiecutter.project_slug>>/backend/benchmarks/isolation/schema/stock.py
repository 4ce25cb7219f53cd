"""django-tenants as it comes: the tenant is set on the connection."""

from collections.abc import Callable

from django.db import connection
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class SetTenant:
    """What its middleware does once it knows the tenant, and before it looks for the next one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        connection.set_tenant(request.tenant)  # type: ignore[attr-defined]
        response = self.get_response(request)
        connection.set_schema_to_public()  # type: ignore[attr-defined]
        return response
