"""Members: who may make them what, that nobody rises by it, and that a company always has an owner."""

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from accounts.services import create_verified_user
from conftest import PASSWORD
from contacts.models import Contact
from members.models import Member
from tenants.context import tenant_context
from tenants.models import CustomRole, Membership, Role, Tenant
from tenants.services import add_member
from tenants.transactions import tenant_atomic

pytestmark = pytest.mark.django_db

HOST = "acme.localhost"
URL = "/api/v1/members"


@pytest.fixture
def ada(acme) -> User:
    """Admin of Acme."""
    user = create_verified_user("ada@acme.test", PASSWORD, name="Ada")
    add_member(tenant=acme, user=user, role=Role.ADMIN)
    return user


@pytest.fixture
def people(alice, ada, bob, vera, charlie) -> dict[str, User | None]:
    return {"owner": alice, "admin": ada, "member": bob, "viewer": vera, "outsider": charlie, "nobody": None}


def of(user: User, tenant: Tenant) -> str:
    """The address of somebody's membership."""
    return f"{URL}/{Membership.objects.get(user=user, tenant=tenant).pk}"


def role_of(user: User, tenant: Tenant) -> str | None:
    membership = Membership.objects.filter(user=user, tenant=tenant).first()
    return membership.role_key if membership else None


def outcome(answer) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "") if answer.content else ""


# What each is answered: owner, admin, member, viewer.
MATRIX = [
    ("get", URL, None, (200, 200, 200, 200)),
    ("get", "{bob}", None, (200, 200, 200, 200)),
    ("patch", "{bob}", {"role": "viewer"}, (200, 200, 403, 403)),
    ("patch", "{bob}", {"role": "owner"}, (200, 403, 403, 403)),
    ("patch", "{alice}", {"role": "member"}, (409, 403, 403, 403)),
    ("delete", "{vera}", None, (204, 204, 403, 403)),
    ("delete", "{alice}", None, (409, 403, 403, 403)),
    ("post", "{bob}/transfer-ownership", None, (200, 403, 403, 403)),
    ("put", "{bob}", {"role": "viewer"}, (405, 405, 405, 405)),
    ("post", URL + "/leave", None, (409, 204, 204, 204)),
]


@pytest.mark.parametrize(("method", "path", "data", "expected"), MATRIX)
@pytest.mark.parametrize("role", ["owner", "admin", "member", "viewer", "outsider", "nobody"])
def test_who_may_do_what(role, method, path, data, expected, people, login, acme, alice, bob, vera) -> None:
    person = people[role]
    client = login(person, HOST) if person else APIClient(HTTP_HOST=HOST)
    before = sorted(Membership.objects.values_list("user__email", "role"))
    answer = getattr(client, method)(path.format(alice=of(alice, acme), bob=of(bob, acme), vera=of(vera, acme)), data)
    roles = ("owner", "admin", "member", "viewer")
    wanted = expected[roles.index(role)] if role in roles else {"outsider": 403, "nobody": 401}[role]
    assert answer.status_code == wanted, answer.content
    if wanted >= 400:
        assert sorted(Membership.objects.values_list("user__email", "role")) == before


def test_the_list(login, vera, bob, acme) -> None:
    answer = login(vera, HOST).get(URL).json()
    assert [member["email"] for member in answer["results"]] == ["alice@acme.test", "bob@acme.test", "vera@acme.test"]
    assert [member["is_me"] for member in answer["results"]] == [False, False, True]
    bob_there = answer["results"][1]
    assert (bob_there["name"], bob_there["role"], bob_there["role_name"]) == ("Bob", "member", "Member")
    found = login(vera, HOST).get(URL, {"search": "ali"}).json()["results"]
    assert [member["email"] for member in found] == ["alice@acme.test"]


def test_another_role_counts_from_the_next_request_on(login, alice, vera, acme) -> None:
    client, contact = login(vera, HOST), {"name": "A", "email": "a@x.test"}
    assert outcome(client.post("/api/v1/contacts", contact)) == (403, "permission_required")
    assert login(alice, HOST).patch(of(vera, acme), {"role": "member"}).json()["role"] == "member"
    assert client.post("/api/v1/contacts", contact).status_code == 201
    assert login(alice, HOST).patch(of(vera, acme), {"role": "viewer"}).status_code == 200
    assert outcome(client.post("/api/v1/contacts", contact | {"email": "b@x.test"})) == (403, "permission_required")


def test_a_role_of_the_tenants_own(login, alice, bob, acme, globex) -> None:
    CustomRole.objects.create(tenant=acme, key="sales", name="Sales", permissions=["contacts.read"])
    CustomRole.objects.create(tenant=globex, key="spies", name="Spies", permissions=["contacts.read"])
    owner = login(alice, HOST)
    answer = owner.patch(of(bob, acme), {"role": "sales"}).json()
    assert (answer["role"], answer["role_name"]) == ("sales", "Sales")
    for key, code in (("spies", "does_not_exist"), ("custom", "does_not_exist"), ("", "blank"), ("no such", "invalid")):
        answer = owner.patch(of(bob, acme), {"role": key})
        assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [("/role", code)]
    assert role_of(bob, acme) == "sales"


def test_nobody_gives_or_takes_more_than_they_have(login, ada, bob, vera, acme) -> None:
    rich = CustomRole.objects.create(tenant=acme, key="rich", name="Rich", permissions=["tenant.export"])
    client = login(ada, HOST)
    for address in (of(bob, acme), of(ada, acme)):
        assert outcome(client.patch(address, {"role": "rich"})) == (403, "beyond_own_role")
    Membership.objects.filter(user=vera).update(role=Role.CUSTOM, custom_role=rich)
    assert outcome(client.patch(of(vera, acme), {"role": "viewer"})) == (403, "beyond_own_role")
    assert outcome(client.delete(of(vera, acme))) == (403, "beyond_own_role")
    assert role_of(vera, acme) == "rich"


def test_all_permissions_do_not_make_an_owner(login, alice, bob, vera, acme, ada) -> None:
    everything = login(alice, HOST).get("/api/v1/me").json()["permissions"]
    almighty = CustomRole.objects.create(tenant=acme, key="all", name="All", permissions=everything)
    Membership.objects.filter(user=bob).update(role=Role.CUSTOM, custom_role=almighty)
    client = login(bob, HOST)
    assert outcome(client.patch(of(vera, acme), {"role": "owner"})) == (403, "beyond_own_role")
    assert outcome(client.patch(of(alice, acme), {"role": "viewer"})) == (403, "beyond_own_role")
    assert outcome(client.post(of(vera, acme) + "/transfer-ownership")) == (403, "beyond_own_role")
    assert outcome(client.post(of(bob, acme) + "/transfer-ownership")) == (409, "own_membership")
    assert role_of(alice, acme) == "owner"


def test_whoever_is_removed_has_no_access_and_leaves_their_work(login, alice, bob, acme) -> None:
    client = login(bob, HOST)
    made = client.post("/api/v1/contacts", {"name": "A", "email": "a@x.test"}).json()["id"]
    assert login(alice, HOST).delete(of(bob, acme)).status_code == 204
    assert outcome(client.get("/api/v1/contacts")) == (403, "not_a_member")
    assert client.get("/api/v1/me").json()["tenant"] is None
    with tenant_context(acme), tenant_atomic():
        assert Contact.objects.get(pk=made).created_by.email == "bob@acme.test"
        assert Member.objects.filter(email="bob@acme.test").exists()


def test_the_company_is_handed_over(login, alice, bob, acme) -> None:
    client = login(alice, HOST)
    assert outcome(client.post(of(alice, acme) + "/transfer-ownership")) == (409, "own_membership")
    assert client.post(of(bob, acme) + "/transfer-ownership").json()["role"] == "owner"
    assert (role_of(alice, acme), role_of(bob, acme)) == ("admin", "owner")
    assert outcome(client.patch(of(bob, acme), {"role": "member"})) == (403, "beyond_own_role")


def test_the_last_owner_stays(login, alice, bob, acme) -> None:
    client = login(alice, HOST)
    assert outcome(client.post(URL + "/leave")) == (409, "last_owner")
    assert client.patch(of(bob, acme), {"role": "owner"}).status_code == 200
    assert client.post(URL + "/leave").status_code == 204
    assert outcome(login(bob, HOST).post(URL + "/leave")) == (409, "last_owner")


def test_another_tenants_members_are_not_there(login, charlie, alice, acme, globex) -> None:
    client = login(charlie, "globex.localhost")
    assert [member["email"] for member in client.get(URL).json()["results"]] == ["charlie@globex.test"]
    there = of(alice, acme)
    for answer in (
        client.get(there),
        client.patch(there, {"role": "viewer"}),
        client.delete(there),
        client.post(there + "/transfer-ownership"),
    ):
        assert outcome(answer) == (404, "not_found")
    assert role_of(alice, acme) == "owner"
