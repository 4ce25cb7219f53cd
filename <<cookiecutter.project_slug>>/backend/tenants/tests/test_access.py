"""Every view says which permission each method requires; what it forgets is shut, and found."""

from itertools import pairwise

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import path
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import ViewSet

from config.urls import handler400, handler403, handler404, handler500, urlpatterns  # noqa: F401
from contacts.views import ContactViewSet
from core.addresses import addresses
from tenants.access import ANY_MEMBER, TenantAccess, require
from tenants.checks import check_access
from tenants.models import SYSTEM_ROLES, CustomRole, Role
from tenants.registry import Permission, complete, held_by, permissions, register

pytestmark = pytest.mark.django_db


class Forgetful(APIView):
    required = {"GET": "contacts.read"}

    def get(self, request):
        return Response()

    def post(self, request):
        return Response()


class Mistaken(ViewSet):
    required = {"GET": ANY_MEMBER, "PUT": "contacts.raed"}

    def list(self, request):
        require(request, "contacts.raed")

    def update(self, request):
        return Response()


urlpatterns = [
    *urlpatterns,
    path("api/v1/forgetful", Forgetful.as_view()),
    path("api/v1/mistaken", Mistaken.as_view({"get": "list", "put": "update"})),
]


@pytest.fixture
def own_urls(settings) -> None:
    settings.ROOT_URLCONF = __name__


def test_what_a_view_says_nothing_of_is_shut(own_urls, login, alice, vera) -> None:
    assert login(vera, "acme.localhost").get("/api/v1/forgetful").status_code == 200
    answer = login(alice, "acme.localhost").post("/api/v1/forgetful")
    assert (answer.status_code, answer.json()["code"]) == (403, "permission_required")
    assert login(alice, "acme.localhost").delete("/api/v1/forgetful").status_code == 405


def test_nobody_has_a_permission_that_there_is_not(own_urls, login, alice) -> None:
    client = login(alice, "acme.localhost")
    for answer in (client.get("/api/v1/mistaken"), client.put("/api/v1/mistaken")):
        assert (answer.status_code, answer.json()["code"]) == (403, "permission_required")


def test_what_a_view_forgets_is_found_before_it_serves(own_urls) -> None:
    assert sorted((message.id, message.msg) for message in check_access(None)) == [
        (
            "tenants.E006",
            "POST /api/v1/forgetful: Forgetful does not say which permission that requires.",
        ),
        ("tenants.E007", "/api/v1/mistaken: Mistaken requires 'contacts.raed', and there is no such permission."),
    ]


def test_the_project_forgets_nothing() -> None:
    assert check_access(None) == []
    tried = {address.text for address in addresses() if TenantAccess in _permission_classes(address.view)}
    assert {"/api/v1/contacts", "/api/v1/roles/<key>", "/api/v1/jobs", "/api/v1/tenant"} <= tried


def _permission_classes(view: object) -> tuple[type, ...]:
    return tuple(getattr(getattr(view, "cls", None), "permission_classes", ()))


def test_an_action_has_a_permission_of_its_own() -> None:
    assert ContactViewSet.required["POST"] == "contacts.write"
    [address] = [address for address in addresses() if address.text == "/api/v1/contacts/import"]
    assert address.view.initkwargs["required"] == {"POST": "contacts.import"}


def test_each_system_role_may_do_what_those_below_it_may() -> None:
    held = [held_by(role) for role in SYSTEM_ROLES]
    assert held[0] == {permission.codename for permission in permissions()}
    for more, less in pairwise(held):
        assert less < more
    assert {"contacts.read", "jobs.read"} <= held_by(Role.VIEWER)
    assert "contacts.write" not in held_by(Role.VIEWER)


def test_a_permission_brings_those_that_it_implies() -> None:
    assert complete(["contacts.import"]) == {"contacts.import", "contacts.write", "contacts.read"}
    assert complete(["contacts.read", "gone.away"]) == {"contacts.read"}
    for permission in permissions():
        assert not permission.implies or complete([permission.implies]), permission


def test_a_codename_is_registered_once() -> None:
    with pytest.raises(ImproperlyConfigured, match=r"'contacts\.read' is registered twice"):
        register(Permission("contacts.read", "See", group="X", least=Role.VIEWER))


def test_who_asks_for_whom_and_whether_they_may_costs_two_queries(login, bob, acme) -> None:
    role = CustomRole.objects.create(tenant=acme, key="sales", name="Sales", permissions=["contacts.read"])
    bob.memberships.update(role=Role.CUSTOM, custom_role=role)
    client = login(bob, "acme.localhost")
    with CaptureQueriesContext(connection) as captured:
        assert client.get("/api/v1/permissions").status_code == 200  # which asks for nothing itself
    reads = [query["sql"] for query in captured if " FROM " in query["sql"]]
    assert len(reads) == 2, "\n".join(read[:900] for read in reads)
