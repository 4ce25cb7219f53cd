"""The API's own endpoints about accounts. Logging in and signing up are allauth's, below /_allauth/."""

from typing import cast

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework_simplejwt.exceptions import TokenError

from core.errors import problem_response
from tenants.context import current_tenant_or_none
from tenants.models import Tenant
from tenants.selectors import membership_in, tenant_at

from .authentication import bearer_of
from .cookies import clear_cookies, refresh_cookie, set_access_cookies, set_cookies
from .csrf import enforce_csrf
from .models import User
from .openapi import SWITCH_EXAMPLE, SWITCHED_EXAMPLE
from .redirects import local_path, to_login
from .selectors import me
from .serializers import MeSerializer, RefreshedSerializer, SwitchedSerializer, SwitchSerializer
from .services import end_all_sessions
from .tokens import AccessToken, ReuseDetected, rotate, switch

NO_STORE = {"Cache-Control": "no-store"}


class CsrfView(APIView):
    """Where a browser client starts."""

    authentication_classes = ()
    permission_classes = ()

    @extend_schema(
        summary="Get a CSRF token",
        description="Sets the cookie `csrftoken` (over TLS `__Host-csrftoken`). Send its value as the header "
        "X-CSRFToken with each request that changes something and is authenticated by cookies.",
        responses={204: None},
    )
    def get(self, request: Request) -> Response:
        get_token(request._request)
        return Response(status=204)


class RefreshView(APIView):
    """Exchanges the refresh cookie for new tokens."""

    authentication_classes = ()
    permission_classes = ()

    @extend_schema(
        summary="Renew the tokens",
        description="Goes by the cookie `refresh` and needs X-CSRFToken. If a refresh token is used twice, more than "
        "20 seconds apart, the login ends.",
        request=None,
        responses={200: RefreshedSerializer, 401: OpenApiResponse(description="`session_ended`, `reuse_detected`")},
    )
    def post(self, request: Request) -> HttpResponse:
        enforce_csrf(request._request)
        try:
            pair = rotate(refresh_cookie(request._request))
        except TokenError as error:
            return _ended(request, error)
        response = Response({"access_expires_at": pair.access["exp"]})
        set_cookies(response, pair)
        return response

    @extend_schema(
        summary="Renew the tokens on the way to a page",
        description="For a page load whose access token has ended: renews the tokens and goes on to `next`, or to "
        "the login page if the login has ended.",
        parameters=[OpenApiParameter("next", str, description="A path on this host, such as `/contacts?page=2`.")],
        responses={302: None},
    )
    def get(self, request: Request) -> HttpResponse:
        target = local_path(request.query_params.get("next", ""))
        try:
            pair = rotate(refresh_cookie(request._request))
        except TokenError:
            response = to_login(target)
            clear_cookies(response)
            return response
        response = HttpResponseRedirect(target)
        set_cookies(response, pair)
        return response


def _ended(request: Request, error: TokenError) -> HttpResponse:
    """401. Returned and not raised: an exception would roll the revocation back."""
    code = "reuse_detected" if isinstance(error, ReuseDetected) else "session_ended"
    response = problem_response(request, 401, code, "Your session has ended. Log in again.")
    clear_cookies(response)
    return response


class LogoutAllView(APIView):
    """Ends every login of the user."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        summary="Log out everywhere",
        description="Ends every login of the user, this one too.",
        request=None,
        responses={204: None},
    )
    def post(self, request: Request) -> Response:
        end_all_sessions(_user_of(request))
        http: HttpRequest = request._request
        logout(http)
        return Response(status=204)


class SwitchTenantView(APIView):
    """Goes on in another tenant, where the host does not say which one it is."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        summary="Switch to another tenant",
        description="For the product's own host: this login goes on in another tenant that the person is a member of. "
        "A browser gets a new access cookie, others the new access token; the refresh token stays. A tenant that is "
        "suspended or about to be deleted can be switched to, for its owners to take its data along. At the address "
        "of a tenant, 409: go to the other's own address, by way of `/api/v1/auth/handoff`.",
        request=SwitchSerializer,
        responses={
            200: SwitchedSerializer,
            404: OpenApiResponse(description="`tenant_unknown`: there is none, or they are no member of it"),
            409: OpenApiResponse(description="`host_decides`"),
        },
        examples=[SWITCH_EXAMPLE, SWITCHED_EXAMPLE],
    )
    def post(self, request: Request) -> HttpResponse:
        if tenant_at(request._request):
            return problem_response(
                request, 409, "host_decides", "This address is one tenant's. Go to the other's own."
            )
        wish = SwitchSerializer(data=request.data)
        wish.is_valid(raise_exception=True)
        membership = membership_in(_user_of(request), wish.validated_data["tenant"])
        if membership is None:
            raise NotFound("You are a member of no such tenant. GET /api/v1/me has yours.", code="tenant_unknown")
        return _switched(request, membership.tenant)


def _switched(request: Request, tenant: Tenant) -> Response:
    family = cast(AccessToken, request.auth).family
    access = switch(family, tenant)
    has_bearer = bearer_of(request._request) is not None
    answer = {"tenant": tenant, "access_expires_at": access["exp"], "access_token": str(access) if has_bearer else None}
    response = Response(SwitchedSerializer(answer).data, headers=NO_STORE)
    if has_bearer:
        return response
    set_access_cookies(response, access, int((family.expires_at - timezone.now()).total_seconds()))
    return response


class MeView(APIView):
    """Who is logged in, and where."""

    permission_classes = (IsAuthenticated,)
    for_impersonators = True

    @extend_schema(
        summary="Who am I",
        description="The person who is logged in, the current tenant and their role in it, and all their tenants.",
        responses=MeSerializer,
    )
    def get(self, request: Request) -> Response:
        impersonator = cast(AccessToken, request.auth).family.impersonator
        return Response(MeSerializer(me(_user_of(request), current_tenant_or_none(), impersonator)).data)


def _user_of(request: Request) -> User:
    return cast(User, request.user)  # IsAuthenticated has made sure
