"""The endpoints for API keys."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework.mixins import DestroyModelMixin, ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from subscriptions.plans import API_KEYS as KEYS_OF_PLAN
from tenants.access import reading_and_writing
from tenants.context import current_tenant
from tenants.errors import validated

from .api_keys import api_keys_of, create_api_key, revoke_api_key
from .models import ApiKey
from .openapi import API_KEY_EXAMPLE, NEW_API_KEY_EXAMPLE, WANTED_API_KEY_EXAMPLE
from .permissions import API_KEYS
from .reauthentication import require_recent
from .serializers import ApiKeySerializer, ApiKeyWriteSerializer, NewApiKeySerializer


@extend_schema_view(
    list=extend_schema(summary="List API keys", description="All of the tenant's. No key itself is in the answer."),
    retrieve=extend_schema(summary="Read an API key", examples=[OpenApiExample("A key", API_KEY_EXAMPLE)]),
    destroy=extend_schema(summary="Revoke an API key", description="It is void at once."),
)
@extend_schema(tags=["api-keys"])
class ApiKeyViewSet(ListModelMixin, RetrieveModelMixin, DestroyModelMixin, GenericViewSet[ApiKey]):
    """Keys for programs that work in the tenant."""

    required = reading_and_writing(API_KEYS, API_KEYS)
    needs_feature = {"POST": KEYS_OF_PLAN}
    while_read_only = ("DELETE",)
    queryset = ApiKey.objects.none()
    serializer_class = ApiKeySerializer
    lookup_value_converter = "uuid"
    ordering_fields = ["name", "created_at"]

    def get_queryset(self) -> QuerySet[ApiKey]:
        return api_keys_of(current_tenant())

    def perform_destroy(self, instance: ApiKey) -> None:
        revoke_api_key(instance)

    @extend_schema(
        summary="Make an API key",
        description="It acts for you, as far as its scopes go and as long as you may do that yourself. `key` is shown "
        "this once. Where your login is not recent, 403 `reauthentication_required`.",
        request=ApiKeyWriteSerializer,
        responses={
            201: NewApiKeySerializer,
            403: OpenApiResponse(description="`reauthentication_required`, `beyond_own_role`, `permission_required`"),
        },
        examples=[
            OpenApiExample("A key that reads", WANTED_API_KEY_EXAMPLE, request_only=True),
            OpenApiExample("The new key", NEW_API_KEY_EXAMPLE, response_only=True, status_codes=["201"]),
        ],
    )
    def create(self, request: Request) -> Response:
        require_recent(request)
        values: dict[str, Any] = validated(ApiKeyWriteSerializer(data=request.data))
        key, text = create_api_key(request.membership, by=request.allowed, **values)  # type: ignore[attr-defined]
        key.key = text  # type: ignore[attr-defined]
        return Response(NewApiKeySerializer(key).data, status=201)
