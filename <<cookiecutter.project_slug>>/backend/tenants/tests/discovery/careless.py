"""Views as they are written in a hurry, each with another fault; and the project's own addresses, to log in at."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path, re_path
from rest_framework.generics import RetrieveDestroyAPIView
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.urls import handler400, handler403, handler404, handler500, urlpatterns
from contacts.models import Contact
from tenants.access import ANY_MEMBER
from tenants.models import Domain
from tenants.serializers import DomainSerializer

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


class ForEverybody(APIView):
    permission_classes = (AllowAny,)

    def get(self, request: Request) -> Response:
        return Response(list(Contact.objects.values("name")))


class ForWhoeverIsLoggedIn(ForEverybody):
    permission_classes = (IsAuthenticated,)


class OfAnyTenant(RetrieveDestroyAPIView[Domain]):
    required = {"GET": ANY_MEMBER, "DELETE": ANY_MEMBER}
    queryset = Domain.objects.all()
    serializer_class = DomainSerializer


def plain(request: HttpRequest, **parts: Any) -> HttpResponse:
    return HttpResponse("Welcome!")


def failing(request: HttpRequest, number: int) -> HttpResponse:
    raise ZeroDivisionError(number)


urlpatterns = [
    *urlpatterns,
    path("careless/everybody", ForEverybody.as_view()),
    path("careless/logged-in", ForWhoeverIsLoggedIn.as_view()),
    path("careless/any/<int:pk>", OfAnyTenant.as_view()),
    path("careless/plain", plain),
    path("careless/failing/<int:number>", failing),
    re_path("^careless/year/(?P<year>y[0-9]{4})$", plain),
]
