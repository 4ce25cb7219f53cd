"""Endpoints on their way out say so."""

from datetime import date
from typing import Any

import pytest
from drf_spectacular.generators import SchemaGenerator
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIClient
from rest_framework.views import APIView

from core.deprecation import deprecated
from core.tests import urls

pytestmark = [pytest.mark.django_db, pytest.mark.urls("core.tests.urls")]


def test_each_answer_says_so() -> None:
    answer = APIClient(HTTP_HOST="localhost").get("/old")
    assert answer.json() == {"still": "here"}
    assert answer.headers["Deprecation"] == "@1798761600"
    assert answer.headers["Sunset"] == "Thu, 01 Jul 2027 00:00:00 GMT"
    assert answer.headers["Link"] == '</new>; rel="successor-version"'


def test_an_error_says_so_too() -> None:
    answer = APIClient(HTTP_HOST="localhost").post("/old")
    assert (answer.status_code, answer.headers["Deprecation"]) == (405, "@1798761600")


def test_the_documentation_strikes_it_out() -> None:
    schema: dict[str, Any] = SchemaGenerator(patterns=urls.urlpatterns).get_schema(request=None, public=True)
    assert schema["paths"]["/old"]["get"]["deprecated"] is True
    assert schema["paths"]["/old"]["get"]["x-sunset"] == "2027-07-01"
    assert "deprecated" not in schema["paths"]["/anything"]["post"]


def test_other_views_say_nothing() -> None:
    class View(APIView):
        permission_classes = [AllowAny]

        def get(self, request: Request) -> Response:
            return Response()

    class Old(View):
        pass

    deprecated(since=date(2027, 1, 1), sunset=date(2027, 7, 1), instead="/new")(Old)
    assert View.finalize_response is APIView.finalize_response
