"""The endpoints by which a login is handed over to another host of the deployment; see accounts.handoff."""

from typing import cast
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.request import split_domain_port
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tenants.selectors import asked_host

from .handoff import (
    CODE_LIFETIME,
    Handoff,
    HandoffRefused,
    app_host,
    challenge_of,
    create_code,
    log_in,
    login_in,
    may_go_to,
    new_secret,
    origin_named,
    redeem,
)
from .models import TokenFamily
from .openapi import HANDOFF_EXAMPLE, HANDOFF_URL_EXAMPLE
from .redirects import local_path, to_login
from .serializers import HandoffCodeSerializer, HandoffSerializer, HandoffUrlSerializer
from .tokens import AccessToken

START, CODE, CONSUME = (f"/api/v1/auth/handoff/{step}" for step in ("start", "code", "consume"))
SECRET_LIFETIME = 15 * 60
"""Seconds to log in at the other host, where that has to be done first."""
NEXT = OpenApiParameter("next", str, description="A path on the target, such as `/contacts?page=2`.")


class HandoffView(APIView):
    """Says where to send the browser."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        summary="Go to another host",
        description="For a browser that is logged in here and wants to be logged in at the address of another tenant "
        "of the same person, or at the product's own: send it to `url`. It comes back here for a code that works once, "
        f"for {CODE_LIFETIME} seconds and in that browser, and is logged in there then. A login at a tenant's address "
        "is good at that address alone.",
        request=HandoffSerializer,
        responses={
            200: HandoffUrlSerializer,
            403: OpenApiResponse(description="`login_bound`: this login has been handed over itself"),
            404: OpenApiResponse(
                description="`host_unknown`: nobody's host, or of a tenant that they are no member of"
            ),
        },
        examples=[HANDOFF_EXAMPLE, HANDOFF_URL_EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        wish = HandoffSerializer(data=request.data)
        wish.is_valid(raise_exception=True)
        _require_way(cast(AccessToken, request.auth).family, wish.validated_data["host"])
        here = {"from": asked_host(request._request), "next": local_path(wish.validated_data["next"])}
        return Response({"url": _address(request._request, wish.validated_data["host"], START, here)})


class HandoffStartView(APIView):
    """Where the browser begins: at the host that it wants to be logged in at."""

    authentication_classes = ()
    permission_classes = ()

    @extend_schema(
        summary="Begin to be handed over to this host",
        description="For a navigation: gives the browser a secret in a cookie, and sends it for a code to the host "
        "where the person is logged in, or logs in now.",
        parameters=[
            NEXT,
            OpenApiParameter("from", str, description="That host: a tenant's subdomain. Else it is the product's own."),
        ],
        responses={302: None},
    )
    def get(self, request: Request) -> HttpResponse:
        http, secret = request._request, new_secret()
        wish = {
            "host": asked_host(http),
            "challenge": challenge_of(secret),
            "next": local_path(request.query_params.get("next", "")),
        }
        origin = origin_named(request.query_params.get("from", ""))
        response = _redirect(_address(http, origin, CODE, wish))
        _set_secret(response, secret)
        return response


class HandoffCodeView(APIView):
    """Where it gets the code: at the host where the person is logged in."""

    authentication_classes = ()
    permission_classes = ()

    @extend_schema(
        summary="Hand this login over to another host",
        description="For the navigation that `start` begins. Goes by the session cookie; whoever is not logged in "
        "comes to the login page and back here. Sends the browser back with the code.",
        parameters=[HandoffCodeSerializer],
        responses={
            302: None,
            403: OpenApiResponse(description="`login_bound`"),
            404: OpenApiResponse(description="`host_unknown`"),
        },
    )
    def get(self, request: Request) -> HttpResponse:
        wish = HandoffCodeSerializer(data=request.query_params)
        wish.is_valid(raise_exception=True)
        login = login_in(request._request)
        if login is None:
            return to_login(request._request.get_full_path())
        handoff = Handoff(login=str(login.pk), **wish.validated_data)
        _require_way(login, handoff.host)
        return _redirect(_address(request._request, handoff.host, CONSUME, {"code": create_code(handoff)}))


class HandoffConsumeView(APIView):
    """Where it is logged in: back at the host where it began."""

    authentication_classes = ()
    permission_classes = ()

    @extend_schema(
        summary="Be logged in by a code",
        description="For the navigation that `start` begins, in the same browser: starts a login of its own at this "
        "host and goes on to the page. A code that is used, too old, for another host or for another browser leads to "
        "the login page.",
        parameters=[OpenApiParameter("code", str, required=True)],
        responses={302: None},
    )
    def get(self, request: Request) -> HttpResponse:
        http = request._request
        secret = http.COOKIES.get(settings.HANDOFF_COOKIE_NAME, "")
        try:
            handoff = redeem(request.query_params.get("code", ""), host=asked_host(http), secret=secret)
            log_in(http, handoff)
        except HandoffRefused:
            response = to_login("/")
        else:
            response = _redirect(local_path(handoff.next))
        response.delete_cookie(settings.HANDOFF_COOKIE_NAME, samesite="Lax")
        return response


def _require_way(login: TokenFamily, host: str) -> None:
    """Raise PermissionDenied or NotFound unless this login may be handed over to the host."""
    if login.bound_host:
        raise PermissionDenied(f"This login is good here alone. Log in at {app_host()} first.", code="login_bound")
    if not may_go_to(login.user, host):
        raise NotFound("This is no address of a tenant of yours. GET /api/v1/me has them.", code="host_unknown")


def _address(request: HttpRequest, host: str, path: str, query: dict[str, str]) -> str:
    """At the other host, by the scheme and port of this request: both are served by the same deployment."""
    port = split_domain_port(request.get_host())[1]
    return f"{request.scheme}://{host}{port and f':{port}'}{path}?{urlencode(query)}"


def _redirect(url: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(url, headers={"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})


def _set_secret(response: HttpResponse, secret: str) -> None:
    response.set_cookie(
        settings.HANDOFF_COOKIE_NAME,
        secret,
        max_age=SECRET_LIFETIME,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
