"""Addresses that fail in every way, and a list to turn the pages of."""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.core.exceptions import ValidationError as DjangoValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, serializers
from rest_framework.authentication import BaseAuthentication
from rest_framework.generics import ListAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from config.urls import handler400, handler403, handler404, handler500  # noqa: F401
from core.deprecation import deprecated
from core.errors import only
from members.models import Member

FAILURES: dict[str, Any] = {
    "not_a_member": lambda: exceptions.PermissionDenied("You are not a member.", code="not_a_member"),
    "django_denied": lambda: DjangoPermissionDenied("The reason stays here."),
    "missing": lambda: Http404("No User matches the given query."),
    "throttled": lambda: exceptions.Throttled(wait=7),
    "not_authenticated": lambda: exceptions.NotAuthenticated(),
    "django_invalid": lambda: DjangoValidationError({"email": [DjangoValidationError("Taken.", code="unique")]}),
    "django_invalid_model": lambda: DjangoValidationError("The dates are the wrong way round.", code="dates"),
    "rows": lambda: exceptions.ValidationError([{}, {"name": ["Too long.", "Too dull."]}], code="no"),
    "bug": lambda: RuntimeError("the secret is 42"),
}


class Challenge(BaseAuthentication):
    """Lets nobody in and says how to try."""

    def authenticate(self, request: Request) -> None:
        return None

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


class ItemSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=5)
    tags = serializers.ListField(child=serializers.IntegerField(), required=False)


class OrderSerializer(serializers.Serializer[Any]):
    email = serializers.EmailField()
    items = ItemSerializer(many=True)
    extra = serializers.DictField(child=serializers.IntegerField(), required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs["items"]:
            raise serializers.ValidationError("An order needs an item.", code="empty")
        return attrs


class Failing(APIView):
    authentication_classes = [Challenge]
    permission_classes = [AllowAny]

    def get(self, request: Request, name: str) -> Response:
        raise FAILURES[name]()


class Ordering(APIView):
    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]

    def post(self, request: Request) -> Response:
        OrderSerializer(data=request.data).is_valid(raise_exception=True)
        return Response(status=201)


class Anything(APIView):
    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]

    @extend_schema(request=OpenApiTypes.ANY, responses=OpenApiTypes.ANY)
    def post(self, request: Request) -> Response:
        return Response(request.data)


@deprecated(since=date(2027, 1, 1), sunset=date(2027, 7, 1), instead="/new")
class Old(APIView):
    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]

    @extend_schema(responses=OpenApiTypes.ANY)
    def get(self, request: Request) -> Response:
        return Response({"still": "here"})


class Half(APIView):
    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]

    def post(self, request: Request) -> Response:
        User.objects.create_user("half@acme.test", "a long password", name="Half")
        raise exceptions.ValidationError("Too late.")


class MemberSerializer(serializers.ModelSerializer[Member]):
    class Meta:
        model = Member
        fields = ["id", "name", "email"]


class Members(ListAPIView[Member]):
    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]
    serializer_class = MemberSerializer
    queryset = Member.objects.all()
    ordering = "-name"
    ordering_fields = ["name", "email"]


def crash(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("the secret is 42")


def refuse(request: HttpRequest) -> HttpResponse:
    raise DjangoPermissionDenied("The reason stays here.")


@only("GET", "HEAD")
def read_only(request: HttpRequest) -> HttpResponse:
    return HttpResponse("here")


urlpatterns = [
    path("fail/<str:name>", Failing.as_view()),
    path("orders", Ordering.as_view()),
    path("anything", Anything.as_view()),
    path("old", Old.as_view()),
    path("half", Half.as_view()),
    path("members", Members.as_view()),
    path("crash", crash),
    path("refuse", refuse),
    path("read-only", read_only),
]
