"""The audit log: what is in it, who reads it, and that nobody changes it."""

import csv
import io
from collections.abc import Callable

import pytest
from django.db import DatabaseError, connections
from rest_framework.test import APIClient

from accounts.models import ApiKey
from accounts.tests.browser import outcome, with_bearer
from members.audit import record
from members.models import AuditEvent
from tenants.context import TenantMissing, current_tenant, tenant_context
from tenants.isolation.databases import alias_of
from tenants.lifecycle import suspend_tenant
from tenants.models import Membership, Tenant
from tenants.transactions import tenant_atomic

pytestmark = pytest.mark.django_db

HOST = "acme.localhost"
URL = "/api/v1/audit-events"


@pytest.fixture
def owner(login, alice) -> APIClient:
    return login(alice, HOST)


def events(client: APIClient, **filters: object) -> list[dict]:
    answer = client.get(URL, filters)
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def test_who_what_and_from_where(owner, alice, bob, acme) -> None:
    bobs = Membership.objects.get(user=bob).pk
    answer = owner.patch(
        f"/api/v1/members/{bobs}",
        {"role": "admin"},
        headers={"x-request-id": "an-id-of-ours"},
        REMOTE_ADDR="203.0.113.7",
    )
    assert answer.status_code == 200
    [event] = events(owner)
    assert event.pop("id")
    assert event.pop("created_at")
    assert event == {
        "action": "member.role_changed",
        "actor": {
            "kind": "member",
            "id": Membership.objects.get(user=alice).pk,
            "email": "alice@acme.test",
            "name": "Alice",
            "via": "",
        },
        "target": {"type": "member", "id": str(bobs), "label": "bob@acme.test"},
        "changes": {"role": ["member", "admin"]},
        "ip": "203.0.113.7",
        "request_id": "an-id-of-ours",
    }


def test_a_contacts_life(owner) -> None:
    contact = owner.post("/api/v1/contacts", {"name": "Ann", "email": "ann@x.test"}).json()["id"]
    owner.patch(f"/api/v1/contacts/{contact}", {"name": "Anne", "email": "ann@x.test"})
    owner.delete(f"/api/v1/contacts/{contact}")
    found = [
        (event["action"], event["target"]["label"], event["changes"]) for event in events(owner, target_id=contact)
    ]
    assert found == [
        ("contact.deleted", "Anne", {}),
        ("contact.changed", "Anne", {"name": ["Ann", "Anne"]}),
        ("contact.created", "Ann", {}),
    ]


def test_what_was_refused_is_not_in_it(owner, bob) -> None:
    owner.post("/api/v1/contacts", {"name": "Ann", "email": "ann@x.test"})
    assert owner.post("/api/v1/contacts", {"name": "Ann", "email": "ann@x.test"}).status_code == 400
    assert owner.post("/api/v1/members/leave").status_code == 409
    assert [event["action"] for event in events(owner)] == ["contact.created"]


def test_everything_that_people_do_with_people_is_in_it(owner, login, bob, acme) -> None:
    key = owner.post("/api/v1/api-keys", {"name": "K", "scopes": ["contacts.read"]}).json()["id"]
    owner.delete(f"/api/v1/api-keys/{key}")
    owner.post("/api/v1/roles", {"name": "Sales", "permissions": ["contacts.read"]})
    owner.patch("/api/v1/roles/sales", {"permissions": ["contacts.write"]})
    owner.delete("/api/v1/roles/sales")
    owner.post("/api/v1/invitations", {"emails": ["a@x.test"], "role": "viewer"})
    [invitation] = owner.get("/api/v1/invitations").json()["results"]
    owner.post(f"/api/v1/invitations/{invitation['id']}/resend")
    owner.delete(f"/api/v1/invitations/{invitation['id']}")
    login(bob, HOST).post("/api/v1/members/leave")
    domain = owner.post("/api/v1/tenant/domains", {"host": "app.acme.test"}).json()["id"]
    owner.delete(f"/api/v1/tenant/domains/{domain}")
    owner.patch("/api/v1/tenant", {"name": "Acme Corp"})
    owner.post("/api/v1/tenant/deletion", {"slug": "acme"})
    owner.delete("/api/v1/tenant/deletion")
    found = events(owner, page_size=50)
    assert [event["action"] for event in reversed(found)] == [
        "api_key.created",
        "api_key.revoked",
        "role.created",
        "role.changed",
        "role.removed",
        "invitation.sent",
        "invitation.sent_again",
        "invitation.revoked",
        "member.left",
        "domain.added",
        "domain.removed",
        "tenant.renamed",
        "tenant.deletion_requested",
        "tenant.deletion_cancelled",
    ]
    [changed] = [event for event in found if event["action"] == "role.changed"]
    assert changed["changes"] == {"permissions": [["contacts.read"], ["contacts.read", "contacts.write"]]}


def test_a_program_is_named_with_whom_it_acts_for(owner) -> None:
    text = owner.post("/api/v1/api-keys", {"name": "Sync", "scopes": ["contacts.write"]}).json()["key"]
    with_bearer(text, HOST).post("/api/v1/contacts", {"name": "Ann", "email": "ann@x.test"})
    [event] = events(owner, action="contact.created")
    assert (event["actor"]["kind"], event["actor"]["email"]) == ("api_key", "alice@acme.test")
    assert event["actor"]["via"] == str(ApiKey.objects.get())


def test_what_no_request_asked_for_the_system_did(acme) -> None:
    suspend_tenant(Tenant.objects.get(pk=acme.pk), reason="unpaid")
    with tenant_context(acme):
        event = AuditEvent.objects.get()
    assert (event.action, event.actor_kind, event.actor_id, event.ip) == ("tenant.suspended", "system", None, None)


def test_one_request_does_not_act_for_the_next(owner, acme) -> None:
    owner.get("/api/v1/contacts")
    with tenant_context(acme):
        record("contact.looked_at", target=1, label="Ann")
        assert AuditEvent.objects.get().actor_kind == "system"


def test_without_a_tenant_nothing_is_recorded() -> None:
    with pytest.raises(TenantMissing):
        record("contact.created", target=1, label="Ann")


def test_filters_and_search(owner, alice, acme) -> None:
    for name in ("Ann", "Bea", "Cy"):
        owner.post("/api/v1/contacts", {"name": name, "email": f"{name}@x.test"})
    with tenant_context(acme):
        record("tenant.suspended", target=acme.pk, label="Acme")
    assert [event["target"]["label"] for event in events(owner, search="bea")] == ["Bea"]
    assert [event["action"] for event in events(owner, actor_kind="system")] == ["tenant.suspended"]
    assert len(events(owner, actor=Membership.objects.get(user=alice).pk)) == 3
    assert len(events(owner, target_type="contact", action="contact.created")) == 3
    second, oldest = (event["created_at"] for event in events(owner)[-2:])
    assert [event["target"]["label"] for event in events(owner, since=oldest, until=second)] == ["Ann"]
    answer = owner.get(URL, {"since": "yesterday"})
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/since"]


@pytest.mark.parametrize(
    ("since", "status"),
    [
        ("2026-11-25T09:30:00-20:20", 200),  # Python has such offsets, PostgreSQL has none beyond 15:59
        ("9999-12-31T23:59:59-01:00", 400),
        ("0001-01-01T00:00:00+01:00", 400),
    ],
)
def test_moments_that_the_database_cannot_tell(owner, since, status) -> None:
    assert owner.get(URL, {"since": since}).status_code == status


def test_as_csv_with_nothing_that_a_spreadsheet_would_run(owner) -> None:
    for name in ('=HYPERLINK("http://x")', "Bea, née Ö", "+1"):
        owner.post("/api/v1/contacts", {"name": name, "email": f"a{len(name)}@x.test"})
    answer = owner.get(f"{URL}/export", headers={"accept": "text/csv"})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/csv"
    assert 'filename="acme-audit-' in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode())))
    assert [row["target"] for row in rows] == ["'+1", "Bea, née Ö", '\'=HYPERLINK("http://x")']
    assert {row["actor"] for row in rows} == {"alice@acme.test"}
    assert len(list(csv.reader(io.StringIO(owner.get(f"{URL}/export?search=bea").getvalue().decode())))) == 2


def test_a_long_log_is_read_to_its_end(owner, acme, monkeypatch) -> None:
    monkeypatch.setattr("members.selectors.PAGE", 3)
    with tenant_context(acme):
        for number in range(10):
            record("contact.created", target=number, label=str(number))
    rows = list(csv.DictReader(io.StringIO(owner.get(f"{URL}/export").getvalue().decode())))
    assert [row["target"] for row in rows] == [str(number) for number in reversed(range(10))]


@pytest.mark.parametrize("who", ["bob", "vera"])
def test_who_may_not_read_it(who, request, login) -> None:
    client = login(request.getfixturevalue(who), HOST)
    assert outcome(client.get(URL)) == outcome(client.get(f"{URL}/export")) == (403, "permission_required")


def test_another_tenants_log_is_not_there(owner, login, charlie) -> None:
    owner.post("/api/v1/contacts", {"name": "Ann", "email": "ann@x.test"})
    [event] = events(owner)
    client = login(charlie, "globex.localhost")
    assert events(client) == []
    assert outcome(client.get(f"{URL}/{event['id']}")) == (404, "not_found")
    assert len(client.get(f"{URL}/export").getvalue().splitlines()) == 1


def _truncate(event: AuditEvent) -> None:
    with connections[alias_of(current_tenant())].cursor() as cursor:
        cursor.execute(f"TRUNCATE {event._meta.db_table}")


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (lambda event: AuditEvent.objects.update(action="nothing.happened"), "permission denied"),
        (lambda event: AuditEvent.objects.all()._raw_delete(alias_of(current_tenant())), "permission denied"),
        (lambda event: event.delete(), "permission denied"),
        (_truncate, "permission denied"),
        (lambda event: event.save(), "duplicate key"),
    ],
    ids=["update", "delete all", "delete", "truncate", "save"],
)
def test_the_database_lets_nobody_change_it(change, refusal, acme) -> None:
    with tenant_context(acme):
        record("contact.created", target=1, label="Ann")
        event = AuditEvent.objects.get()
        with pytest.raises(DatabaseError, match=refusal):
            in_a_transaction(change, event)
        assert AuditEvent.objects.get().action == "contact.created"


def in_a_transaction(change: Callable[[AuditEvent], object], event: AuditEvent) -> None:
    with tenant_atomic():
        change(event)
