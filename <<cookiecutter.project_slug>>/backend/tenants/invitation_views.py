"""The endpoints for invitations: those who invite work in the tenant, those who are invited are not in it yet."""

from __future__ import annotations

from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.mixins import DestroyModelMixin, ListModelMixin, RetrieveModelMixin
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from accounts.models import User
from core.errors import problem_response

from .context import current_tenant
from .errors import validated
from .invitations import (
    InvitationEnded,
    NotForThem,
    accept,
    addresses_in,
    invitations_of,
    invite,
    link_of,
    open_invitation,
    renew,
    revoke,
)
from .member_views import BEYOND, conflicts, own, role_given, role_named
from .models import Invitation
from .openapi import INVITATION_EXAMPLE, OFFER_EXAMPLE, OFFERED_TENANT_EXAMPLE, example
from .permissions import INVITE, MEMBERS
from .serializers import (
    InvitationLinkSerializer,
    InvitationSerializer,
    InvitedSerializer,
    InviteSerializer,
    OfferSerializer,
    RoleKeySerializer,
    TenantSerializer,
    TokenSerializer,
)
from .tasks import send_invitation

ENDED = OpenApiResponse(description="`invitation_ended`")
TOKEN = OpenApiExample("From the link", value={"token": "WzQsMV0:0d9f…"}, request_only=True)


@extend_schema_view(
    list=extend_schema(summary="List invitations", description="Those that nobody has accepted yet."),
    retrieve=extend_schema(summary="Read an invitation", examples=[example(INVITATION_EXAMPLE, "200")]),
    destroy=extend_schema(summary="Revoke an invitation", description="Its link is void at once."),
)
@extend_schema(tags=["invitations"])
class InvitationViewSet(ListModelMixin, RetrieveModelMixin, DestroyModelMixin, GenericViewSet[Invitation]):
    """The tenant's open invitations."""

    required = {"GET": MEMBERS, "POST": INVITE, "DELETE": INVITE}
    queryset = Invitation.objects.none()
    serializer_class = InvitationSerializer
    lookup_value_converter = "int"
    search_fields = ["email"]
    ordering_fields = ["email", "created_at"]

    def get_queryset(self) -> QuerySet[Invitation]:
        return invitations_of(current_tenant())

    def perform_destroy(self, instance: Invitation) -> None:
        revoke(instance)

    @extend_schema(
        summary="Invite people by mail",
        description="All of them or none: where one is a member or invited already, the answer says who. A link in the "
        "mail is good for seven days, for an account with that address.",
        request=InviteSerializer,
        responses={201: InvitedSerializer, 403: BEYOND},
        examples=[
            OpenApiExample(
                "Two people", value={"emails": ["carol@acme.com", "dan@acme.com"], "role": "member"}, request_only=True
            ),
            example({"invitations": [INVITATION_EXAMPLE]}, "201"),
        ],
    )
    def create(self, request: Request) -> Response:
        values = validated(InviteSerializer(data=request.data))
        role = role_given(values["role"])
        made = [invite(email, role=role, by=own(request)) for email in addresses_in(values["emails"])]
        for invitation in made:
            _send(invitation)
        return Response(InvitedSerializer({"invitations": made}).data, status=201)

    @extend_schema(
        summary="Make a link to invite by",
        description="Whoever has it can become a member, for seven days. It is shown this once.",
        request=RoleKeySerializer,
        responses={201: InvitationLinkSerializer, 403: BEYOND},
        examples=[
            OpenApiExample("A link", value={"role": "viewer"}, request_only=True),
            example(
                INVITATION_EXAMPLE | {"email": "", "url": "https://app.example.com/invitation?token=WzQsMV0…"}, "201"
            ),
        ],
    )
    @action(["POST"], detail=False, required={"POST": INVITE})
    def link(self, request: Request) -> Response:
        invitation: Any = invite("", role=role_named(request), by=own(request))
        invitation.link = link_of(invitation)
        return Response(InvitationLinkSerializer(invitation).data, status=201)

    @extend_schema(
        summary="Send an invitation again",
        description="With a new link, good for seven days from now; the one before is void.",
        request=None,
        responses={200: InvitationSerializer, 403: BEYOND, 409: OpenApiResponse(description="`no_address`")},
        examples=[example(INVITATION_EXAMPLE, "200")],
    )
    @action(["POST"], detail=True, required={"POST": INVITE})
    def resend(self, request: Request, pk: int) -> Response:
        invitation = self.get_object()
        with conflicts():
            _require_address(invitation)
        renew(invitation, by=own(request))
        _send(invitation)
        return Response(self.get_serializer(invitation).data)


def _require_address(invitation: Invitation) -> None:
    if not invitation.email:
        raise ValidationError("A link is sent to nobody. Revoke it, and make a new one.", code="no_address")


def _send(invitation: Invitation) -> None:
    """Once the invitation is committed. If no worker can be told, the log says so, and it can be sent again."""
    transaction.on_commit(lambda: send_invitation.delay(invitation.pk), robust=True)


class OfferView(APIView):
    """What somebody is invited to."""

    authentication_classes = ()
    permission_classes = ()

    @extend_schema(
        summary="See what an invitation is to",
        description="For whoever has the link, logged in or not. In the body, so that no log has the token.",
        request=TokenSerializer,
        responses={200: OfferSerializer, 410: ENDED},
        examples=[TOKEN, example(OFFER_EXAMPLE, "200")],
        tags=["invitations"],
    )
    def post(self, request: Request) -> HttpResponse:
        try:
            invitation = open_invitation(validated(TokenSerializer(data=request.data))["token"])
        except InvitationEnded:
            return _ended(request)
        return Response(OfferSerializer(invitation).data)


class AcceptView(APIView):
    """Where somebody who is invited becomes a member."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        summary="Accept an invitation",
        description="Logged in with the address that was invited; a link that names no address is for anybody.",
        request=TokenSerializer,
        responses={
            200: TenantSerializer,
            403: OpenApiResponse(description="`other_account`"),
            409: OpenApiResponse(description="`already_member`"),
            410: ENDED,
        },
        examples=[TOKEN, example(OFFERED_TENANT_EXAMPLE, "200")],
        tags=["invitations"],
    )
    def post(self, request: Request) -> HttpResponse:
        token, user = validated(TokenSerializer(data=request.data))["token"], cast(User, request.user)
        try:
            with conflicts():
                membership = accept(token, user=user)
        except InvitationEnded:
            return _ended(request)
        except NotForThem:
            detail = f"This invitation is for another address than {user.email}. Log in with the one that got the mail."
            return problem_response(request, 403, "other_account", detail)
        return Response(TenantSerializer(membership.tenant).data)


def _ended(request: Request) -> HttpResponse:
    detail = "This invitation was used or revoked, or its time is over. Ask for a new one."
    return problem_response(request, 410, "invitation_ended", detail)
