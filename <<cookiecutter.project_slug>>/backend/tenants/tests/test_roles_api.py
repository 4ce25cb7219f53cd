"""Roles that a tenant puts together: what they allow, and that nobody rises by them."""

from itertools import groupby

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from accounts.services import create_verified_user
from conftest import PASSWORD
from contacts.models import Contact
from tenants.context import tenant_context
from tenants.models import CustomRole, Membership, Role, Tenant
from tenants.registry import held_by
from tenants.services import add_member

pytestmark = pytest.mark.django_db

HOST = "acme.localhost"
URL = "/api/v1/roles"


@pytest.fixture
def owner(login, alice) -> APIClient:
    return login(alice, HOST)


@pytest.fixture
def admin(login, acme) -> APIClient:
    ada = create_verified_user("ada@acme.test", PASSWORD)
    add_member(tenant=acme, user=ada, role=Role.ADMIN)
    return login(ada, HOST)


def give(user: User, tenant: Tenant, *permissions: str, key: str = "sales") -> CustomRole:
    """The user has a role with these permissions."""
    role = CustomRole.objects.create(tenant=tenant, key=key, name=key.title(), permissions=list(permissions))
    Membership.objects.filter(tenant=tenant, user=user).update(role=Role.CUSTOM, custom_role=role)
    return role


def outcome(answer) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "") if answer.content else ""


def test_the_products_own(owner) -> None:
    roles = owner.get(URL).json()
    assert [(role["key"], role["is_system"], role["members"]) for role in roles] == [
        ("owner", True, 1),
        ("admin", True, 0),
        ("member", True, 1),
        ("viewer", True, 1),
    ]
    assert roles[3]["permissions"] == sorted(held_by(Role.VIEWER))


def test_what_there_is_to_allow(owner) -> None:
    found = owner.get("/api/v1/permissions").json()
    assert {"codename": "contacts.read", "label": "See contacts", "group": "Contacts", "implies": ""} in found
    groups = [permission["group"] for permission in found]
    assert len(set(groups)) == len(list(groupby(groups)))


def test_from_its_making_to_its_end(owner, bob, acme, login) -> None:
    answer = owner.post(URL, {"name": "Sales Team", "permissions": ["contacts.write"]})
    assert answer.status_code == 201
    assert answer.json() == {
        "key": "sales-team",
        "name": "Sales Team",
        "is_system": False,
        "permissions": ["contacts.read", "contacts.write"],
        "members": 0,
    }
    role = CustomRole.objects.get()
    Membership.objects.filter(user=bob).update(role=Role.CUSTOM, custom_role=role)
    client = login(bob, HOST)
    assert client.post("/api/v1/contacts", {"name": "A", "email": "a@x.test"}).status_code == 201
    assert outcome(client.get("/api/v1/jobs")) == (403, "permission_required")
    me = client.get("/api/v1/me").json()
    assert (me["role"], me["role_name"]) == ("sales-team", "Sales Team")
    assert me["permissions"] == ["contacts.read", "contacts.write"]

    answer = owner.patch(f"{URL}/sales-team", {"name": "Readers", "permissions": ["contacts.read"]})
    assert (answer.status_code, answer.json()["key"], answer.json()["members"]) == (200, "sales-team", 1)
    assert outcome(client.post("/api/v1/contacts", {"name": "B", "email": "b@x.test"})) == (403, "permission_required")
    assert client.get("/api/v1/contacts").status_code == 200

    answer = owner.delete(f"{URL}/sales-team")
    assert outcome(answer) == (409, "role_in_use")
    assert answer.json()["detail"] == "Members with this role: 1, invited to it: 0. Give them another one first."
    Membership.objects.filter(user=bob).update(role=Role.MEMBER, custom_role=None)
    assert owner.delete(f"{URL}/sales-team").status_code == 204
    assert outcome(owner.get(f"{URL}/sales-team")) == (404, "not_found")


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"name": "Sales", "permissions": ["contacts.raed"]}, ("/permissions", "unknown_permission")),
        ({"name": "", "permissions": []}, ("/name", "blank")),
        ({"name": "x" * 61, "permissions": []}, ("/name", "max_length")),
        ({"name": "owner", "permissions": []}, ("/name", "unique")),
        ({"name": " Viewer ", "permissions": []}, ("/name", "unique")),
        ({"name": "TAKEN", "permissions": []}, ("", "unique")),
        ({"name": "Sales"}, ("/permissions", "required")),
        ({"name": "Sales", "permissions": "contacts.read"}, ("/permissions", "not_a_list")),
        ({"name": "Sales", "permissions": [1, None]}, ("/permissions/1", "null")),
    ],
)
def test_what_cannot_be_is_refused(body, error, owner, acme) -> None:
    CustomRole.objects.create(tenant=acme, key="taken", name="Taken", permissions=[])
    answer = owner.post(URL, body)
    assert answer.status_code == 400, answer.content
    assert [(found["pointer"], found["code"]) for found in answer.json()["errors"]] == [error]
    assert CustomRole.objects.count() == 1


def test_the_products_own_stay_as_they_are(owner) -> None:
    for key in ("owner", "viewer"):
        assert outcome(owner.patch(f"{URL}/{key}", {"name": "Boss"})) == (409, "system_role")
        assert outcome(owner.delete(f"{URL}/{key}")) == (409, "system_role")


@pytest.mark.parametrize("who", ["member", "viewer"])
def test_who_may_not_manage_roles_reads_them(who, bob, vera, login, acme) -> None:
    give(bob if who == "viewer" else vera, acme, "contacts.read")
    client = login(bob if who == "member" else vera, HOST)
    assert client.get(f"{URL}/sales").status_code == 200
    for answer in (
        client.post(URL, {"name": "Mine", "permissions": []}),
        client.patch(f"{URL}/sales", {"permissions": ["contacts.write"]}),
        client.delete(f"{URL}/sales"),
    ):
        assert outcome(answer) == (403, "permission_required")


def test_nobody_gives_what_they_do_not_have(admin) -> None:
    answer = admin.post(URL, {"name": "Rich", "permissions": ["tenant.delete"]})
    assert outcome(answer) == (403, "beyond_own_role")
    assert "tenant.delete" in answer.json()["detail"]
    assert not CustomRole.objects.exists()


def test_nobody_rises_by_changing_their_own_role(bob, acme, login) -> None:
    give(bob, acme, "roles.manage", "contacts.read")
    client = login(bob, HOST)
    assert outcome(client.patch(f"{URL}/sales", {"permissions": ["tenant.export"]})) == (403, "beyond_own_role")
    assert client.patch(f"{URL}/sales", {"permissions": ["contacts.read", "roles.manage"]}).status_code == 200


def test_a_role_that_has_more_is_out_of_reach(admin, bob, acme) -> None:
    give(bob, acme, "tenant.export")
    assert outcome(admin.patch(f"{URL}/sales", {"permissions": []})) == (403, "beyond_own_role")
    assert outcome(admin.delete(f"{URL}/sales")) == (403, "beyond_own_role")
    assert CustomRole.objects.get().permissions == ["tenant.export"]


def test_another_tenants_roles_are_not_there(login, charlie, alice, acme, globex) -> None:
    give(charlie, globex, "roles.manage")
    CustomRole.objects.create(tenant=acme, key="secret", name="Secret", permissions=[])
    client = login(charlie, "globex.localhost")
    assert "secret" not in {role["key"] for role in client.get(URL).json()}
    for answer in (
        client.get(f"{URL}/secret"),
        client.patch(f"{URL}/secret", {"name": "Mine"}),
        client.delete(f"{URL}/secret"),
    ):
        assert outcome(answer) == (404, "not_found")
    assert client.post(URL, {"name": "Secret", "permissions": []}).status_code == 201


def test_what_the_product_does_not_know_any_more_counts_for_nothing(bob, acme, login) -> None:
    give(bob, acme, "contacts.read", "invoices.read")
    client = login(bob, HOST)
    assert client.get("/api/v1/me").json()["permissions"] == ["contacts.read"]
    with tenant_context(acme):
        assert not Contact.objects.exists()
    assert client.get("/api/v1/contacts").status_code == 200
