"""The endpoints for roles and permissions."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from subscriptions.plans import CUSTOM_ROLES

from .access import ANY_MEMBER, reading, reading_and_writing
from .context import current_tenant
from .custom_roles import TenantRole, change_role, create_role, delete_role, role_of_key, roles_of
from .errors import Conflict, validated
from .models import CustomRole
from .openapi import ROLE_EXAMPLE, example
from .permissions import ROLES
from .registry import permissions
from .serializers import PermissionSerializer, RoleChangeSerializer, RoleSerializer, RoleWriteSerializer

NEW_ROLE = OpenApiExample(
    "A role", value={"name": "Sales", "permissions": ["contacts.write"]}, request_only=True, description="A new role."
)
BEYOND = OpenApiResponse(description="`beyond_own_role`, `permission_required`")


class PermissionsView(APIView):
    """What a role can be made of."""

    required = reading(ANY_MEMBER)

    @extend_schema(
        summary="List permissions",
        description="Everything that a role can allow, group by group.",
        operation_id="permissions_list",
        responses=PermissionSerializer(many=True),
        tags=["roles"],
    )
    def get(self, request: Request) -> Response:
        return Response(PermissionSerializer(permissions(), many=True).data)  # type: ignore[arg-type]


class RolesView(APIView):
    """The roles that people can have here."""

    required = reading_and_writing(ANY_MEMBER, ROLES)
    needs_feature = {"POST": CUSTOM_ROLES, "PATCH": CUSTOM_ROLES}

    @extend_schema(
        summary="List roles",
        description="The product's four roles, then those that your company has put together.",
        operation_id="roles_list",
        responses=RoleSerializer(many=True),
        tags=["roles"],
    )
    def get(self, request: Request) -> Response:
        return Response(RoleSerializer(roles_of(current_tenant()), many=True).data)  # type: ignore[arg-type]

    @extend_schema(
        summary="Make a role",
        description="Of permissions that you have yourself. What they imply is added.",
        request=RoleWriteSerializer,
        responses={201: RoleSerializer, 403: BEYOND},
        examples=[NEW_ROLE, example(ROLE_EXAMPLE, "201")],
        tags=["roles"],
    )
    def post(self, request: Request) -> Response:
        values = validated(RoleWriteSerializer(data=request.data))
        role = create_role(current_tenant(), by=request.allowed, **values)  # type: ignore[attr-defined]
        return Response(_answer(role), status=201)


class RoleView(APIView):
    """One role."""

    required = reading_and_writing(ANY_MEMBER, ROLES)
    needs_feature = {"POST": CUSTOM_ROLES, "PATCH": CUSTOM_ROLES}
    http_method_names = ("get", "head", "options", "patch", "delete")

    @extend_schema(
        summary="Read a role",
        responses=RoleSerializer,
        examples=[example(ROLE_EXAMPLE, "200")],
        tags=["roles"],
    )
    def get(self, request: Request, key: str) -> Response:
        return Response(RoleSerializer(_role_of(key)).data)

    @extend_schema(
        summary="Change a role",
        description="For everybody who has it, with their next request. The role must not allow what you may not do "
        "yourself, neither before nor afterwards.",
        request=RoleChangeSerializer,
        responses={200: RoleSerializer, 403: BEYOND, 409: OpenApiResponse(description="`system_role`")},
        examples=[NEW_ROLE, example(ROLE_EXAMPLE, "200")],
        tags=["roles"],
    )
    def patch(self, request: Request, key: str) -> Response:
        role = _custom_role_of(key)
        values = validated(RoleChangeSerializer(data=request.data))
        change_role(role, by=request.allowed, **values)  # type: ignore[attr-defined]
        return Response(_answer(role))

    @extend_schema(
        summary="Remove a role",
        description="Once nobody has it any more.",
        responses={204: None, 403: BEYOND, 409: OpenApiResponse(description="`role_in_use`, `system_role`")},
        tags=["roles"],
    )
    def delete(self, request: Request, key: str) -> Response:
        role = _custom_role_of(key)
        try:
            delete_role(role, by=request.allowed)  # type: ignore[attr-defined]
        except ValidationError as error:
            raise Conflict(error) from error
        return Response(status=204)


def _role_of(key: str) -> TenantRole:
    role = role_of_key(current_tenant(), key)
    if role is None:
        raise Http404
    return role


def _custom_role_of(key: str) -> CustomRole:
    """The role that is to be changed. Raises Conflict for one of the product's."""
    role = _role_of(key).custom
    if role is None:
        raise Conflict(ValidationError("The product's own roles stay as they are. Make one of yours.", "system_role"))
    return role


def _answer(role: CustomRole) -> Any:
    return RoleSerializer(_role_of(role.key)).data
