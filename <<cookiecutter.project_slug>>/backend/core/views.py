"""The front door of the API."""

import secrets
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.request import Request
from rest_framework.response import Response

from .errors import only
from .middleware import PAGE_POLICY

DOCS_POLICY = PAGE_POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")


class DocsView(SpectacularSwaggerSplitView):
    """Swagger UI, with its script in a file of its own. What it shows is styled where it is shown."""

    authentication_classes = ()
    http_method_names = ("get", "head")

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        response: Response = super().get(request, *args, **kwargs)  # type: ignore[no-untyped-call]
        response.headers["Content-Security-Policy"] = DOCS_POLICY
        return response


@transaction.non_atomic_requests
@only("GET", "HEAD")
def root(request: HttpRequest) -> HttpResponse:
    """What this is and where to go on: a page for a browser, JSON for everything else."""
    response = _page(request) if _wants_page(request) else _links(request)
    patch_vary_headers(response, ["Accept"])
    return response


def _wants_page(request: HttpRequest) -> bool:
    return request.get_preferred_type(["application/json", "text/html"]) == "text/html"


def _links(request: HttpRequest) -> HttpResponse:
    places = {name: reverse(name) for name in ("docs", "schema")} | {"health": "/healthz", "ready": "/readyz"}
    addresses = {name: request.build_absolute_uri(path) for name, path in places.items()}
    return JsonResponse({"name": settings.SITE_NAME, "version": settings.VERSION} | addresses)


def _page(request: HttpRequest) -> HttpResponse:
    nonce = secrets.token_urlsafe(16)
    context = {
        "site_name": settings.SITE_NAME,
        "version": settings.VERSION,
        "origin": request.build_absolute_uri("/")[:-1],
        "nonce": nonce,
    }
    response = render(request, "core/root.html", context)
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; img-src data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return response
