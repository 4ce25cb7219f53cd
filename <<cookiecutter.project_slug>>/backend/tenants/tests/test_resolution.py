"""How a request finds its tenant: by host, by domain, by token; and what is refused."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import RequestFactory
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from tenants.context import current_tenant, current_tenant_or_none
from tenants.middleware import TenantMiddleware
from tenants.models import Domain, Tenant
from tenants.selectors import UnknownHost, tenant_of_host
from tenants.services import create_tenant, free_slug, validate_slug

pytestmark = pytest.mark.django_db

Login = Callable[[User, str], APIClient]


@pytest.mark.parametrize("host", ["localhost", "api.localhost", "www.localhost", "127.0.0.1", "elsewhere.test"])
def test_the_products_own_hosts_are_nobodys(host: str) -> None:
    assert tenant_of_host(host) is None


def test_a_subdomain_is_the_tenants(acme: Tenant) -> None:
    assert tenant_of_host("acme.localhost") == acme
    assert tenant_of_host("ACME.localhost.") == acme


@pytest.mark.parametrize("host", ["nobody.localhost", "www.acme.localhost", ".localhost"])
def test_a_subdomain_of_nobody_is_unknown(host: str, acme: Tenant) -> None:
    with pytest.raises(UnknownHost):
        tenant_of_host(host)


def test_a_verified_domain_is_the_tenants(acme: Tenant) -> None:
    Domain.objects.create(tenant=acme, host="app.acme.test", verified_at=timezone.now())
    assert tenant_of_host("app.acme.test") == acme


def test_a_login_at_the_tenants_own_domain(
    acme: Tenant, alice: User, charlie: User, login: Login, settings: Any
) -> None:
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "app.acme.test"]
    Domain.objects.create(tenant=acme, host="app.acme.test", verified_at=timezone.now())
    assert login(alice, "app.acme.test").get("/api/v1/me").json()["tenant"]["slug"] == "acme"
    assert login(charlie, "app.acme.test").get("/api/v1/contacts").status_code == 403


def test_an_unverified_domain_is_nobodys(acme: Tenant) -> None:
    Domain.objects.create(tenant=acme, host="app.acme.test")
    assert tenant_of_host("app.acme.test") is None


@pytest.mark.parametrize("host", ["acme.localhost", "localhost"])
def test_host_or_token_says_which_tenant(host: str, alice: User, login: Login) -> None:
    assert login(alice, host).get("/api/v1/me").json()["tenant"]["slug"] == "acme"


def test_a_token_of_one_tenant_is_refused_at_anothers_host(alice: User, login: Login) -> None:
    client = login(alice, "acme.localhost")
    answer = client.get("/api/v1/contacts", headers={"host": "globex.localhost"})
    assert (answer.status_code, answer.json()["code"]) == (403, "tenant_mismatch")


def test_nobody_lives_at_an_unknown_subdomain() -> None:
    answer = APIClient(HTTP_HOST="nobody.localhost").get("/api/v1/me")
    assert (answer.status_code, answer.json()["code"]) == (404, "tenant_unknown")


def test_an_outsider_is_refused(charlie: User, login: Login) -> None:
    client = login(charlie, "localhost")
    client.defaults["HTTP_HOST"] = "acme.localhost"
    assert client.get("/api/v1/contacts").status_code == 403


def test_a_former_member_is_refused(bob: User, acme: Tenant, login: Login) -> None:
    client = login(bob, "acme.localhost")
    assert client.get("/api/v1/contacts").status_code == 200
    bob.memberships.all().delete()
    answer = client.get("/api/v1/contacts")
    assert (answer.status_code, answer.json()["code"]) == (403, "not_a_member")


def test_the_body_does_not_choose_the_tenant(alice: User, acme: Tenant, globex: Tenant, login: Login) -> None:
    client = login(alice, "localhost")
    body = {"name": "Dora", "email": "dora@acme.test", "tenant": globex.pk, "tenant_id": globex.pk}
    assert client.post("/api/v1/contacts", body).status_code == 201
    assert [row["email"] for row in client.get("/api/v1/contacts").json()["results"]] == ["dora@acme.test"]


def test_viewers_read_and_do_not_write(vera: User, login: Login) -> None:
    client = login(vera, "acme.localhost")
    assert client.get("/api/v1/contacts").status_code == 200
    answer = client.post("/api/v1/contacts", {"name": "Dora", "email": "dora@acme.test"})
    assert (answer.status_code, answer.json()["code"]) == (403, "permission_required")
    assert client.get("/api/v1/contacts").json()["results"] == []


def test_nobody_is_let_in_without_logging_in() -> None:
    assert APIClient(HTTP_HOST="acme.localhost").get("/api/v1/contacts").status_code == 401


def test_a_streamed_body_is_made_for_its_tenant(acme: Tenant) -> None:
    def view(request: HttpRequest) -> StreamingHttpResponse:
        return StreamingHttpResponse(current_tenant().slug for _ in range(2))

    response = TenantMiddleware(view)(RequestFactory().get("/", headers={"host": "acme.localhost"}))
    assert isinstance(response, StreamingHttpResponse)
    assert response.getvalue() == b"acmeacme"
    assert current_tenant_or_none() is None


def test_the_context_ends_with_the_request(acme: Tenant) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(current_tenant().slug)

    response = TenantMiddleware(view)(RequestFactory().get("/", headers={"host": "acme.localhost"}))
    assert isinstance(response, HttpResponse)
    assert response.content == b"acme"
    assert current_tenant_or_none() is None


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Initech", "initech"),
        ("Acme", "acme-2"),
        ("Admin", "admin-2"),
        ("  O'Brien & Sons, Ltd. ", "obrien-sons-ltd"),
        ("42 Ways", "ways"),
        ("🚀", "tenant"),
        ("x" * 100, "x" * 32),
    ],
)
def test_a_slug_is_made_from_the_name(name: str, slug: str, acme: Tenant) -> None:
    assert free_slug(name) == slug


@pytest.mark.parametrize("slug", ["", "Acme", "a b", "-a", "a-", "1a", "a" * 41, "admin", "a.b", "a\n"])
def test_a_bad_slug_is_refused(slug: str) -> None:
    with pytest.raises(ValidationError):
        validate_slug(slug)


def test_a_taken_slug_is_refused_and_leaves_nothing(alice: User, acme: Tenant) -> None:
    with pytest.raises(ValidationError):
        create_tenant(name="Other", slug="acme", owner=alice)
    assert Tenant.objects.filter(name="Other").count() == 0
