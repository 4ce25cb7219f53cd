"""API keys: what a program may do with one, and that nothing else is to be had by it."""

from datetime import timedelta
from hashlib import sha256
from zlib import crc32

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.permissions import IsAuthenticated
from rest_framework.test import APIClient

from accounts.models import ApiKey, TokenFamily
from accounts.sessions import session_of
from accounts.tests.browser import outcome, with_bearer
from core.addresses import addresses
from tenants.access import TenantAccess
from tenants.models import CustomRole, Membership, Role
from tenants.services import add_member

pytestmark = pytest.mark.django_db

HOST = "acme.localhost"
URL = "/api/v1/api-keys"
CONTACT = {"name": "A", "email": "a@x.test"}


@pytest.fixture
def owner(login, alice) -> APIClient:
    return login(alice, HOST)


@pytest.fixture
def make(owner):
    """`make("contacts.read")`: the text of a key of Alice's with these scopes."""

    def make(*scopes: str, **values: object) -> str:
        answer = owner.post(URL, {"name": "Report", "scopes": list(scopes), **values})
        assert answer.status_code == 201, answer.content
        return answer.json()["key"]

    return make


def test_a_key_is_shown_once_and_stored_as_its_hash(make, owner, settings) -> None:
    text = make("contacts.write")
    prefix, digits = text.rsplit("_", 1)
    assert prefix == settings.API_KEY_PREFIX
    assert digits[40:] == f"{crc32(digits[:40].encode()):08x}"
    key = ApiKey.objects.get()
    assert key.digest == sha256(text.encode()).hexdigest()
    [listed] = owner.get(URL).json()["results"]
    assert (listed["name"], listed["acts_for"]) == ("Report", "alice@acme.test")
    assert listed["scopes"] == ["contacts.read", "contacts.write"]
    assert text.startswith(listed["start"])
    assert len(listed["start"]) == len(prefix) + 7
    assert "key" not in listed
    assert text not in str([vars(row) for row in ApiKey.objects.all()])
    assert "key" not in owner.get(f"{URL}/{key.pk}").json()


def test_a_key_may_do_what_its_scopes_say(make) -> None:
    client = with_bearer(make("contacts.read"), HOST)
    assert client.get("/api/v1/contacts").status_code == 200
    answer = client.post("/api/v1/contacts", CONTACT)
    assert outcome(answer) == (403, "permission_required")
    assert answer.json()["detail"].startswith("This API key lacks")
    assert outcome(client.get(URL)) == (403, "permission_required")
    writer = with_bearer(make("contacts.write"), HOST)
    assert writer.post("/api/v1/contacts", CONTACT).status_code == 201
    assert writer.get("/api/v1/contacts").status_code == 200
    assert writer.get("/api/v1/tenant").json()["slug"] == "acme"


def test_at_the_products_own_host_it_works_in_its_tenant_and_nowhere_else(make, alice, globex) -> None:
    add_member(tenant=globex, user=alice, role=Role.OWNER)
    text = make("contacts.write")
    assert with_bearer(text, "localhost").get("/api/v1/tenant").json()["slug"] == "acme"
    assert outcome(with_bearer(text, "globex.localhost").get("/api/v1/contacts")) == (403, "tenant_mismatch")


def test_a_key_may_do_no_more_than_whom_it_acts_for(make, alice, acme) -> None:
    client = with_bearer(make("contacts.write"), HOST)
    Membership.objects.filter(user=alice).update(role=Role.VIEWER)
    assert outcome(client.post("/api/v1/contacts", CONTACT)) == (403, "permission_required")
    assert client.get("/api/v1/contacts").status_code == 200
    role = CustomRole.objects.create(tenant=acme, key="none", name="None", permissions=[])
    Membership.objects.filter(user=alice).update(role=Role.CUSTOM, custom_role=role)
    assert outcome(client.get("/api/v1/contacts")) == (403, "permission_required")


@pytest.mark.parametrize("end", ["removed", "deactivated", "revoked"])
def test_a_key_ends_with_whom_it_acts_for(end, make, owner, alice) -> None:
    client = with_bearer(make("contacts.read"), HOST)
    if end == "removed":
        Membership.objects.get(user=alice).delete()
    elif end == "deactivated":
        alice.is_active = False
        alice.save()
    else:
        assert owner.delete(f"{URL}/{ApiKey.objects.get().pk}").status_code == 204
    assert outcome(client.get("/api/v1/contacts")) == (401, "api_key_invalid")
    alice.is_active = True


def test_a_key_ends_when_it_says(make) -> None:
    client = with_bearer(make("contacts.read", expires_at=timezone.now() + timedelta(days=1)), HOST)
    assert client.get("/api/v1/contacts").status_code == 200
    ApiKey.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert outcome(client.get("/api/v1/contacts")) == (401, "api_key_expired")


def test_a_key_that_is_not_ours_opens_nothing(make, settings) -> None:
    text = make("contacts.read")
    for wrong in (text[:-1], text + "0", text.upper(), f"{settings.API_KEY_PREFIX}_", f"{settings.API_KEY_PREFIX}_é"):
        answer = with_bearer(wrong.encode(errors="replace").decode("latin-1"), HOST).get("/api/v1/contacts")
        assert answer.status_code == 401, wrong
    answer = with_bearer(text, HOST).get("/api/v1/contacts", headers={"cookie": "access=x"})
    assert answer.status_code == 200


def test_a_key_logs_nobody_in_and_out(make) -> None:
    """What is not TenantAccess's is for people: every such address that takes a login is tried."""
    client, logins = with_bearer(make("contacts.write"), HOST), TokenFamily.objects.filter(revoked_at=None).count()
    tried = 0
    for address in addresses():
        permissions = getattr(getattr(address.view, "cls", None), "permission_classes", ())
        if IsAuthenticated in permissions:
            for method in ("get", "post", "put", "patch", "delete"):
                answer = getattr(client, method)(address.text, {})
                assert outcome(answer) == (403, "api_key_not_allowed"), (method, address.text)
            tried += 1
    assert tried >= 4
    assert TokenFamily.objects.filter(revoked_at=None).count() == logins


def test_a_key_does_not_leave_the_company(make, alice, bob, acme) -> None:
    Membership.objects.filter(user=bob).update(role=Role.OWNER)
    answer = with_bearer(make("members.manage"), HOST).post("/api/v1/members/leave")
    assert outcome(answer) == (403, "api_key_not_allowed")
    assert Membership.objects.filter(user=alice).exists()


def test_nobody_gives_a_key_more_than_they_have(login, bob, acme) -> None:
    role = CustomRole.objects.create(tenant=acme, key="it", name="IT", permissions=["api_keys.manage"])
    Membership.objects.filter(user=bob).update(role=Role.CUSTOM, custom_role=role)
    client = login(bob, HOST)
    assert outcome(client.post(URL, {"name": "X", "scopes": ["contacts.read"]})) == (403, "beyond_own_role")
    assert client.post(URL, {"name": "X", "scopes": ["api_keys.manage"]}).status_code == 201


def test_who_makes_one_has_logged_in_a_moment_ago(make, owner, alice) -> None:
    text = make("api_keys.manage", "contacts.read")
    assert outcome(with_bearer(text, HOST).post(URL, {"name": "Child", "scopes": ["contacts.read"]})) == (
        403,
        "reauthentication_required",
    )
    session = session_of(Session.objects.get().session_key)
    for record in session[AUTHENTICATION_METHODS_SESSION_KEY]:
        record["at"] = 0
    session.modified = True
    session.save()
    answer = owner.post(URL, {"name": "Late", "scopes": ["contacts.read"]})
    assert outcome(answer) == (403, "reauthentication_required")
    assert ApiKey.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"name": "X", "scopes": []}, ("/scopes", "min_length")),
        ({"name": "X", "scopes": ["contacts.raed"]}, ("/scopes", "unknown_permission")),
        ({"name": "", "scopes": ["contacts.read"]}, ("/name", "blank")),
        ({"name": "X", "scopes": ["contacts.read"], "expires_at": "2020-01-01T00:00:00Z"}, ("/expires_at", "past")),
        ({"name": "X", "scopes": ["contacts.read"], "expires_at": "soon"}, ("/expires_at", "invalid")),
    ],
)
def test_what_cannot_be_is_refused(body, error, owner) -> None:
    answer = owner.post(URL, body)
    assert [(found["pointer"], found["code"]) for found in answer.json()["errors"]] == [error]
    assert not ApiKey.objects.exists()


@pytest.mark.parametrize("who", ["bob", "vera"])
def test_who_may_not_manage_keys_sees_none(who, request, make, login) -> None:
    make("contacts.read")
    client, key = login(request.getfixturevalue(who), HOST), ApiKey.objects.get()
    for answer in (
        client.get(URL),
        client.get(f"{URL}/{key.pk}"),
        client.post(URL, {"name": "X", "scopes": ["contacts.read"]}),
        client.delete(f"{URL}/{key.pk}"),
    ):
        assert outcome(answer) == (403, "permission_required")


def test_another_tenants_keys_are_not_there(make, login, charlie) -> None:
    make("contacts.read")
    client, key = login(charlie, "globex.localhost"), ApiKey.objects.get()
    assert client.get(URL).json()["results"] == []
    for answer in (client.get(f"{URL}/{key.pk}"), client.delete(f"{URL}/{key.pk}")):
        assert outcome(answer) == (404, "not_found")
    assert ApiKey.objects.exists()


def test_its_use_is_noted_once_a_minute_and_costs_two_queries(make) -> None:
    client = with_bearer(make("contacts.read"), HOST)
    client.get("/api/v1/tenant")
    used = ApiKey.objects.get().last_used_at
    assert used is not None
    with CaptureQueriesContext(connection) as captured:
        client.get("/api/v1/permissions")
    assert len([query for query in captured if " FROM " in query["sql"]]) == 2
    assert not [query for query in captured if "UPDATE" in query["sql"]]
    ApiKey.objects.update(last_used_at=used - timedelta(minutes=2))
    client.get("/api/v1/tenant")
    assert ApiKey.objects.get().last_used_at > used


def test_every_view_that_takes_a_login_says_for_whom() -> None:
    """What is neither a member's nor somebody's who has logged in has no authentication at all."""
    for address in addresses():
        view = getattr(address.view, "cls", None)
        if view is None or not address.text.startswith("/api/v1/"):
            continue
        known = {TenantAccess, IsAuthenticated} & set(view.permission_classes)
        takes_logins = address.view.initkwargs.get("authentication_classes", view.authentication_classes)
        assert known or not takes_logins, address.text
