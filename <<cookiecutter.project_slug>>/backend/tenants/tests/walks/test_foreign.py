"""What belongs to another tenant is as if it were not there: by every address, and in every body and query."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from contacts.models import Contact
from jobs.models import Job
from members.models import AuditEvent
from subscriptions.tests.rows import an_invoice
from tenants.context import tenant_context
from tenants.models import Membership, Role, Tenant
from tenants.services import add_member
from tenants.tests.walks.endpoints import NOWHERE, Endpoint, of_tenants

pytestmark = pytest.mark.django_db

HOST = "acme.localhost"
VOLATILE = ("request_id", "instance")


def _posted(path: str, body: dict[str, Any], key: str = "id") -> Callable[[APIClient], Any]:
    def make(client: APIClient) -> Any:
        answer = client.post(path, body)
        assert answer.status_code in (201, 202), answer.content
        made = answer.json()
        return made["invitations"][0]["id"] if "invitations" in made else made[key]

    return make


def _member(client: APIClient) -> int:
    return Membership.objects.get(user__email="charlie@globex.test").pk


THINGS: dict[str, Callable[[APIClient], Any]] = {
    "/api/v1/api-keys/": _posted("/api/v1/api-keys", {"name": "Report", "scopes": ["contacts.read"]}),
    "/api/v1/audit-events/": lambda client: _newest(AuditEvent, client),
    "/api/v1/contacts/": _posted("/api/v1/contacts", {"name": "Ann Lee", "email": "ann@lee.test"}),
    "/api/v1/invitations/": _posted("/api/v1/invitations", {"emails": ["guest@x.test"], "role": "member"}),
    "/api/v1/invoices/": lambda client: an_invoice(Tenant.objects.get(slug="globex")).pk,
    "/api/v1/jobs/": _posted("/api/v1/tenant/export", {}),
    "/api/v1/members/": _member,
    "/api/v1/roles/": _posted("/api/v1/roles", {"name": "Selling", "permissions": ["contacts.read"]}, "key"),
    "/api/v1/tenant/domains/": _posted("/api/v1/tenant/domains", {"host": "app.globex.test"}),
    "/api/v1/tenant/export/": _posted("/api/v1/tenant/export", {}),
}
"""Something that is there, by how its address begins."""


def _newest(model: Any, client: APIClient) -> Any:
    client.post("/api/v1/contacts", {"name": "Bo", "email": "bo@lee.test"})
    with tenant_context(Tenant.objects.get(slug="globex")):
        return model.objects.latest("created_at").pk


def _said(answer: Any) -> tuple[int, dict[str, Any]]:
    body = answer.json() if answer.content else {}
    return answer.status_code, {name: value for name, value in body.items() if name not in VOLATILE}


def _all_of(client: APIClient, start: str) -> Any:
    """All things of that kind which the client's tenant has; None where they are not listed."""
    answer = client.get(start.rstrip("/"))
    return answer.json() if answer.status_code == 200 else None


WITH_PARTS = [endpoint for endpoint in of_tenants() if endpoint.address.parts]


@pytest.fixture
def theirs(login: Any, charlie: User) -> APIClient:
    return login(charlie, "globex.localhost")


@pytest.mark.parametrize("endpoint", WITH_PARTS, ids=lambda endpoint: endpoint.name)
def test_by_its_address(endpoint: Endpoint, login: Any, alice: User, theirs: APIClient) -> None:
    [start] = [start for start in THINGS if endpoint.address.text.startswith(f"{start}<")] or ["none"]
    assert start in THINGS, f"Say in THINGS how to make what {endpoint.address.text} is about."
    [part] = endpoint.address.parts
    thing = endpoint.path(**{part: THINGS[start](theirs)})
    mine, body = login(alice, HOST), '{"role": "viewer", "name": "Mine"}'
    before = _all_of(theirs, start)
    answer = mine.generic(endpoint.method, thing, body, content_type="application/json")
    nowhere = mine.generic(endpoint.method, endpoint.path(), body, content_type="application/json")
    assert _said(answer) == _said(nowhere)
    assert answer.status_code == 404
    assert _all_of(theirs, start) == before


def test_there_is_something_to_find(theirs: APIClient) -> None:
    """Else the walk would prove nothing."""
    reads = [endpoint for endpoint in WITH_PARTS if endpoint.method == "GET"]
    for endpoint in reads:
        [start] = [start for start in THINGS if endpoint.address.text.startswith(f"{start}<")]
        [part] = endpoint.address.parts
        assert theirs.get(endpoint.path(**{part: THINGS[start](theirs)})).status_code in (200, 302), endpoint.name


BODIES: dict[str, tuple[str, str, Callable[[str], dict[str, Any]]]] = {
    "a member's role": ("PATCH", "/api/v1/members/{bob}", lambda role: {"role": role}),
    "an invitation's role": ("POST", "/api/v1/invitations", lambda role: {"emails": ["x@x.test"], "role": role}),
    "a link's role": ("POST", "/api/v1/invitations/link", lambda role: {"role": role}),
}
"""Each property of a body that names something of the tenant's."""


@pytest.mark.parametrize(("method", "path", "body"), BODIES.values(), ids=BODIES.keys())
def test_in_a_body(
    method: str, path: str, body: Callable[[str], dict[str, Any]], login: Any, alice: User, bob: User, theirs: APIClient
) -> None:
    key = THINGS["/api/v1/roles/"](theirs)
    address = path.format(bob=Membership.objects.get(user=bob).pk)
    mine = login(alice, HOST)
    send = partial(mine.generic, method, address, content_type="application/json")
    answer, nowhere = (send(data=json.dumps(body(role))) for role in (key, "nothing"))
    assert answer.status_code == 400
    assert [error["code"] for error in answer.json()["errors"]] == ["does_not_exist"]
    assert _said(answer)[1]["errors"] == [
        error | {"detail": error["detail"].replace("nothing", key)} for error in nowhere.json()["errors"]
    ]


def test_in_a_query(login: Any, alice: User, charlie: User, theirs: APIClient) -> None:
    contact = THINGS["/api/v1/contacts/"](theirs)
    member = Membership.objects.get(user=charlie).pk
    mine = login(alice, HOST)
    for query in ({"actor": member}, {"target_id": contact}, {"search": "Ann Lee"}):
        assert theirs.get("/api/v1/audit-events", query).json()["results"] != []
        assert mine.get("/api/v1/audit-events", query).json()["results"] == []


def test_a_cursor_of_another_tenant_leads_nowhere(login: Any, alice: User, theirs: APIClient) -> None:
    for name in ("Ann", "Bo"):
        theirs.post("/api/v1/contacts", {"name": name, "email": f"{name}@lee.test"})
    link = theirs.get("/api/v1/contacts", {"page_size": 1}).json()["next"]
    answer = login(alice, HOST).get(link.replace("globex.localhost", HOST))
    assert (answer.status_code, answer.json()["results"]) == (200, [])


def test_a_role_of_another_tenant_cannot_be_given_to_anybody_here(
    login: Any, alice: User, charlie: User, acme: Tenant, theirs: APIClient
) -> None:
    """Not even to somebody who has it there."""
    key = THINGS["/api/v1/roles/"](theirs)
    membership = add_member(tenant=acme, user=charlie, role=Role.VIEWER)
    answer = login(alice, HOST).patch(f"/api/v1/members/{membership.pk}", {"role": key})
    assert answer.status_code == 400
    assert NOWHERE["slug"] != key
    with tenant_context(acme):
        assert not Contact.objects.exists()
        assert not Job.objects.exists()
