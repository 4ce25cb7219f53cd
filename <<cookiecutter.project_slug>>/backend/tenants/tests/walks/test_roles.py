"""Who may what: every endpoint, and every kind of caller, held to the registry of permissions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from rest_framework.test import APIClient

from accounts.api_keys import create_api_key
from accounts.models import User
from accounts.services import create_verified_user
from accounts.tests.browser import logged_in, with_bearer
from conftest import PASSWORD
from core.management.commands.write_schema import current_schema
from tenants.access import ANY_MEMBER
from tenants.models import CustomRole, Membership, Role, Tenant
from tenants.registry import complete, held_by, permissions, sensitive
from tenants.services import add_member
from tenants.tests.walks.endpoints import Endpoint, api, of_tenants

pytestmark = pytest.mark.django_db

HOST = "acme.localhost"
CHANGING = ("POST", "PUT", "PATCH", "DELETE")

OPEN = {
    "/api/v1/auth/csrf": "before a login",
    "/api/v1/auth/refresh": "by the refresh token",
    "/api/v1/auth/switch-tenant": "the person's own",
    "/api/v1/auth/handoff": "the person's own",
    "/api/v1/auth/handoff/start": "before a login",
    "/api/v1/auth/handoff/code": "the person's own",
    "/api/v1/auth/handoff/consume": "by a code",
    "/api/v1/auth/logout-all": "the person's own",
    "/api/v1/me": "the person's own",
    "/api/v1/invitations/offer": "by an invitation",
    "/api/v1/invitations/accept": "by an invitation",
    "/api/v1/plans": "public",
    "/api/v1/schema": "public",
    "/api/v1/docs": "public",
}
"""What does not go by roles, and why."""


OWN_REASONS = {"GET /api/v1/tenant/export/file": "link_invalid"}
"""What an endpoint refuses with 403 for a reason that is no permission."""


class Caller(NamedTuple):
    """Somebody who asks, what they may do, and with what else they may be refused for good reason."""

    who: str
    client: APIClient
    allowed: frozenset[str]
    refusal: str = ""
    """The code for what every member may do, where this one may not change anything of that."""
    also: tuple[str, ...] = ()


@pytest.fixture
def callers(world, login) -> Callable[[str], list[Caller]]:
    """`callers("contacts.read")`: all kinds, some made for this very permission."""

    def make(required: str) -> list[Caller]:
        acme, everything = world.acme, frozenset(each.codename for each in permissions())
        return [
            *_people(login, world, required),
            _key(acme, world.alice, {required} - {ANY_MEMBER}),
            _key(acme, world.alice, set()),
            _key(acme, world.alice, {each for each in everything if required not in complete([each])}),
            _operator(acme, world.alice),
        ]

    return make


def _people(login: Callable[[User, str], APIClient], world: Any, required: str) -> list[Caller]:
    names = frozenset({required} - {ANY_MEMBER})
    members = {
        Role.OWNER: (world.alice, held_by(Role.OWNER)),
        Role.ADMIN: (_joined(world.acme, "ada", Role.ADMIN), held_by(Role.ADMIN)),
        Role.MEMBER: (world.bob, held_by(Role.MEMBER)),
        Role.VIEWER: (world.vera, held_by(Role.VIEWER)),
        "a role of nothing": (_joined(world.acme, "nil", _role(world.acme, "none", frozenset())), frozenset()),
        "a role of that alone": (_joined(world.acme, "one", _role(world.acme, "that", names)), complete(names)),
    }
    return [Caller(str(role), login(user, HOST), allowed) for role, (user, allowed) in members.items()]


def _joined(tenant: Tenant, name: str, role: Role | CustomRole) -> User:
    user = create_verified_user(f"{name}@acme.test", PASSWORD)
    if isinstance(role, CustomRole):
        add_member(tenant=tenant, user=user, role=Role.CUSTOM, custom_role=role)
    else:
        add_member(tenant=tenant, user=user, role=role)
    return user


def _role(tenant: Tenant, key: str, codenames: frozenset[str]) -> CustomRole:
    return CustomRole.objects.create(tenant=tenant, key=key, name=key, permissions=sorted(codenames))


def _key(tenant: Tenant, user: User, scopes: set[str]) -> Caller:
    membership, own = Membership.objects.get(tenant=tenant, user=user), held_by(Role.OWNER)
    _, text = create_api_key(membership, name="Walker", scopes=sorted(scopes), by=own)
    who = f"a key for {', '.join(sorted(scopes)) or 'nothing'}"
    return Caller(who, with_bearer(text, HOST), complete(scopes), "api_key_not_allowed", ("reauthentication_required",))


def _operator(tenant: Tenant, user: User) -> Caller:
    operator = create_verified_user("root@product.test", PASSWORD, is_staff=True, is_superuser=True)
    browser = logged_in(operator, "localhost")
    form = {"membership": Membership.objects.get(tenant=tenant, user=user).pk, "reason": "Ticket 42: a walk"}
    browser.post(f"/admin/accounts/user/{user.pk}/impersonate/", form, format="multipart")
    token = with_bearer(browser.cookies["access"].value, "localhost")
    return Caller("an operator", token, held_by(Role.OWNER) - sensitive(), "impersonating")


def _may(caller: Caller, endpoint: Endpoint) -> str:
    """'' if they may, else the code of the refusal."""
    if endpoint.required == ANY_MEMBER:
        return caller.refusal if endpoint.method in CHANGING else ""
    return "" if endpoint.required in caller.allowed else "permission_required"


@pytest.mark.parametrize("endpoint", of_tenants(), ids=lambda endpoint: endpoint.name)
def test_the_registry_decides(endpoint: Endpoint, callers: Callable[[str], list[Caller]]) -> None:
    outcomes = set()
    for caller in callers(endpoint.required):
        answer = caller.client.generic(endpoint.method, endpoint.path(), "{}", content_type="application/json")
        expected, cell = _may(caller, endpoint), f"{endpoint.name} by {caller.who}: {answer.status_code}"
        if expected:
            assert answer.status_code == 403, f"{cell}, and that is not for them"
            assert answer.json()["code"] == expected, cell
        elif answer.status_code == 403:
            also = {*caller.also, OWN_REASONS.get(endpoint.name)}
            assert answer.json()["code"] in also, f"{cell} {answer.json()['code']}, and they may"
        else:
            assert answer.status_code not in (401, 405, 500), cell
        outcomes.add(bool(expected))
    assert outcomes == {True, False} or (endpoint.required, endpoint.method) == (ANY_MEMBER, "GET")


@pytest.mark.parametrize("endpoint", of_tenants(), ids=lambda endpoint: endpoint.name)
def test_who_is_no_member_is_out(endpoint: Endpoint, login: Any, charlie: User) -> None:
    homeless = create_verified_user("homeless@nowhere.test", PASSWORD)
    elsewhere = logged_in(charlie, "globex.localhost").cookies["access"].value
    callers = {
        "nobody": (APIClient(HTTP_HOST=HOST), 401, "not_authenticated"),
        "a stranger": (login(charlie, HOST), 403, "not_a_member"),
        "somebody of no tenant": (login(homeless, "localhost"), 403, "tenant_required"),
        "a member elsewhere": (with_bearer(elsewhere, HOST), 403, "tenant_mismatch"),
    }
    for who, (client, status, code) in callers.items():
        answer = client.generic(endpoint.method, endpoint.path(), "{}", content_type="application/json")
        assert (answer.status_code, answer.json()["code"]) == (status, code), f"{endpoint.name} by {who}"


def test_a_method_that_is_not_there_is_nobodys(login: Any, alice: User) -> None:
    client, methods = login(alice, HOST), {}
    for endpoint in of_tenants():
        methods.setdefault(endpoint.path(), set()).add(endpoint.method)
    for path, there in methods.items():
        for method in {*CHANGING, "GET"} - there:
            answer = client.generic(method, path, "{}", content_type="application/json")
            assert answer.status_code == 405, f"{method} {path}"


def test_the_rest_is_open_on_purpose() -> None:
    rest = {endpoint.address.text for endpoint in api()} - {endpoint.address.text for endpoint in of_tenants()}
    assert {text for text in rest if text != "/"} == OPEN.keys(), "Say in OPEN why an endpoint goes by no role."


def test_the_walk_and_the_documentation_know_the_same() -> None:
    documented = sum(len(item) for item in current_schema()["paths"].values())
    hidden = {"/", "/api/v1/schema", "/api/v1/docs"}
    assert len([endpoint for endpoint in api() if endpoint.address.text not in hidden]) == documented
