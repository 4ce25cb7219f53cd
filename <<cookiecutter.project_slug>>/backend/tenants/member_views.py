"""The endpoints for a tenant's members."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from .access import ANY_MEMBER
from .context import current_tenant
from .custom_roles import TenantRole, role_of_key
from .errors import Conflict, validated
from .models import Membership
from .openapi import MEMBER_EXAMPLE, example
from .people import change_member, members_of, remove_member, transfer_ownership
from .permissions import MANAGE, MEMBERS, TRANSFER
from .serializers import MemberSerializer, RoleKeySerializer

BEYOND = OpenApiResponse(description="`beyond_own_role`, `permission_required`")
LAST_OWNER = OpenApiResponse(description="`last_owner`")


@extend_schema_view(
    list=extend_schema(summary="List and search members"),
    retrieve=extend_schema(summary="Read a member", examples=[example(MEMBER_EXAMPLE, "200")]),
)
@extend_schema(tags=["members"])
class MemberViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet[Membership]):
    """The tenant's members. `search` finds words in name and email."""

    required = {"GET": MEMBERS, "PATCH": MANAGE, "DELETE": MANAGE}
    while_read_only = ("DELETE",)
    queryset = Membership.objects.none()
    serializer_class = MemberSerializer
    lookup_value_converter = "int"
    search_fields = ["user__name", "user__email"]
    ordering_fields = ["created_at"]
    ordering = "created_at"

    def get_queryset(self) -> QuerySet[Membership]:
        return members_of(current_tenant())

    @extend_schema(
        summary="Give a member another role",
        description="From their next request on. You can neither give nor take what your own role lacks, and a company "
        "always has an owner.",
        request=RoleKeySerializer,
        responses={200: MemberSerializer, 403: BEYOND, 409: LAST_OWNER},
        examples=[
            OpenApiExample("Admin", value={"role": "admin"}, request_only=True),
            example(MEMBER_EXAMPLE | {"role": "admin", "role_name": "Admin"}, "200"),
        ],
    )
    def partial_update(self, request: Request, pk: int) -> Response:
        member, role = self.get_object(), role_named(request)
        with conflicts():
            change_member(member, role=role, by=own(request))
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(
        summary="Remove a member",
        description="They have no access from their next request on. What they have made stays, with their name.",
        responses={204: None, 403: BEYOND, 409: LAST_OWNER},
    )
    def destroy(self, request: Request, pk: int) -> Response:
        with conflicts():
            remove_member(self.get_object(), by=own(request))
        return Response(status=204)

    @extend_schema(
        summary="Hand the company over to a member",
        description="Makes them an owner, and you an admin. Owners only.",
        request=None,
        responses={200: MemberSerializer, 403: BEYOND, 409: OpenApiResponse(description="`own_membership`")},
        examples=[example(MEMBER_EXAMPLE | {"role": "owner", "role_name": "Owner"}, "200")],
    )
    @action(["POST"], detail=True, url_path="transfer-ownership", required={"POST": TRANSFER})
    def transfer(self, request: Request, pk: int) -> Response:
        with conflicts():
            transfer_ownership(self.get_object(), by=own(request))
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(
        summary="Leave the company",
        description="Ends your own membership, whatever your role. An owner who is the last one cannot leave.",
        request=None,
        responses={204: None, 409: LAST_OWNER},
    )
    @action(["POST"], detail=False, required={"POST": ANY_MEMBER})
    def leave(self, request: Request) -> Response:
        with conflicts():
            remove_member(own(request), by=own(request))
        return Response(status=204)


@contextmanager
def conflicts() -> Iterator[None]:
    """A service's refusal that is not about a field of the body is 409."""
    try:
        yield
    except ValidationError as error:
        if hasattr(error, "error_dict"):
            raise
        raise Conflict(error) from error


def role_named(request: Request) -> TenantRole:
    """The role that the body names by its key. Raises ValidationError where the tenant has no such role."""
    return role_given(validated(RoleKeySerializer(data=request.data))["role"])


def role_given(key: str) -> TenantRole:
    """The current tenant's role of that key. Raises ValidationError where there is none."""
    role = role_of_key(current_tenant(), key)
    if role is None:
        raise ValidationError({"role": ValidationError(f"There is no role '{key}'.", code="does_not_exist")})
    return role


def own(request: Request) -> Membership:
    """The membership of whoever asks."""
    membership: Any = request.membership  # type: ignore[attr-defined]
    membership.tenant = current_tenant()  # the same row, which need not be read again
    return cast(Membership, membership)
