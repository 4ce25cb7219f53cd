"""Nobody writes what is not theirs to write: every property that is not in a request's schema is left alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
from django.apps import apps
from rest_framework.test import APIClient

from accounts.models import User
from contacts.serializers import ContactSerializer
from contacts.views import ContactViewSet
from core.management.commands.write_schema import current_schema
from tenants.context import tenant_context
from tenants.isolation.models import TenantAwareModel
from tenants.models import Membership, Tenant

pytestmark = pytest.mark.django_db

HOST = "acme.localhost"
TEXT, NUMBER, MOMENT, UUID = "hostile", 987_654_321, "1999-12-31T23:59:59Z", "00000000-1999-4000-8000-000000000000"
FLAGS = {"is_staff": True, "is_superuser": True, "is_system": True, "is_active": False, "is_expired": True}

ANN = {"name": "Ann Lee", "email": "ann@lee.test"}
SALES = {"name": "Sales", "permissions": ["contacts.read"]}
Made = Callable[[APIClient], str]


def _made(path: str, body: dict[str, Any], key: str = "id") -> Made:
    """Makes something to change, and tells its address."""

    def make(client: APIClient) -> str:
        answer = client.post(path, body)
        assert answer.status_code == 201, answer.content
        return f"{path}/{answer.json()[key]}"

    return make


def _member(client: APIClient) -> str:
    return f"/api/v1/members/{Membership.objects.get(user__email='bob@acme.test').pk}"


class Request(NamedTuple):
    """A good request: what it sends, and to what, if that has to be made first."""

    body: dict[str, Any]
    to: Made | None = None


REQUESTS = {
    "api_keys_create": Request({"name": "Report", "scopes": ["contacts.read"]}),
    "contacts_create": Request(ANN),
    "contacts_update": Request(ANN, _made("/api/v1/contacts", ANN)),
    "contacts_partial_update": Request({"phone": "1"}, _made("/api/v1/contacts", ANN)),
    "invitations_create": Request({"emails": ["guest@x.test"], "role": "member"}),
    "invitations_link_create": Request({"role": "member"}),
    "members_partial_update": Request({"role": "viewer"}, _member),
    "subscription_details_partial_update": Request({"legal_name": "Acme Inc."}),
    "roles_create": Request(SALES),
    "roles_partial_update": Request({"name": "Selling"}, _made("/api/v1/roles", SALES, "key")),
    "tenant_partial_update": Request({"name": "Acme Corp"}),
    "tenant_deletion_create": Request({"slug": "acme"}),
    "tenant_domains_create": Request({"host": "app.acme.test"}),
}
"""Of each operation of the tenants' API that takes JSON."""
OF_NOBODYS = {
    **{
        f"subscription_{act}_create": "asks the payment provider: see subscriptions/tests/test_apart.py"
        for act in ("checkout", "confirm", "preview", "change", "cancel")
    },
    "auth_handoff_create": "makes nothing",
    "auth_switch_tenant_create": "makes nothing",
    "invitations_accept_create": "takes a token alone",
    "invitations_offer_create": "takes a token alone",
}

SCHEMA = current_schema()


def _operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in SCHEMA["paths"].items():
        for method, operation in item.items():
            if "application/json" in operation.get("requestBody", {}).get("content", {}):
                yield path, method, operation


OPERATIONS = {operation["operationId"]: (path, method, operation) for path, method, operation in _operations()}


def _properties(node: dict[str, Any]) -> dict[str, Any]:
    schema = node["content"]["application/json"]["schema"]
    if "$ref" in schema:
        schema = SCHEMA["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    found: dict[str, Any] = schema.get("properties", {})
    return found


def _hostile(operation: dict[str, Any], foreign: dict[str, Any]) -> dict[str, Any]:
    """All that the answer and our models have and the request has not, with values that nothing else has."""
    answers = [node for status, node in operation["responses"].items() if status[0] == "2" and "content" in node]
    shown = {name: _value(schema) for node in answers for name, schema in _properties(node).items()}
    stored = {field.attname: TEXT for model in apps.get_models() for field in model._meta.concrete_fields}
    every = stored | shown | FLAGS | foreign
    return {name: value for name, value in every.items() if name not in _properties(operation["requestBody"])}


def _value(schema: dict[str, Any]) -> Any:
    kind = schema.get("format") or schema.get("type")
    return {"integer": NUMBER, "date-time": MOMENT, "uuid": UUID, "array": [TEXT], "boolean": True}.get(kind, TEXT)


@pytest.fixture
def foreign(charlie: User, globex: Tenant) -> dict[str, Any]:
    """What belongs to somebody else, under all the names that it may have."""
    membership = Membership.objects.get(user=charlie)
    members = dict.fromkeys(("created_by", "created_by_id", "member", "member_id", "membership", "invited_by"), 0)
    people = dict.fromkeys(("user", "user_id", "owner"), charlie.pk)
    places = dict.fromkeys(("tenant", "tenant_id", "active_tenant"), globex.pk)
    return dict.fromkeys(members, membership.pk) | people | places


def test_each_operation_is_in_the_table() -> None:
    assert OPERATIONS.keys() == REQUESTS.keys() | OF_NOBODYS.keys(), "Add a good body for it, or why it makes nothing."


@pytest.mark.parametrize("operation_id", REQUESTS)
def test_what_is_not_asked_for_is_not_taken(
    operation_id: str, login: Any, alice: User, acme: Tenant, globex: Tenant, foreign: dict[str, Any]
) -> None:
    path, method, operation = OPERATIONS[operation_id]
    body, to = REQUESTS[operation_id]
    client = login(alice, HOST)
    address = to(client) if to else path
    hostile = _hostile(operation, foreign)
    before = _counts(globex)
    answer = client.generic(method.upper(), address, json.dumps(hostile | body), content_type="application/json")
    assert answer.status_code < 300, answer.content
    assert _hostile_in(answer.json() if answer.content else {}) == []
    assert [*_hostile_rows(None), *_hostile_rows(acme)] == []
    assert _counts(globex) == before
    alice.refresh_from_db()
    assert (alice.is_staff, alice.is_superuser, alice.is_active) == (False, False, True)


def test_a_field_that_could_be_written_is_found(
    monkeypatch: pytest.MonkeyPatch, login: Any, alice: User, acme: Tenant
) -> None:
    class Careless(ContactSerializer):
        class Meta(ContactSerializer.Meta):
            fields = [*ContactSerializer.Meta.fields, "id"]
            read_only_fields: list[str] = []
            extra_kwargs = {"id": {"read_only": False}}

    monkeypatch.setattr(ContactViewSet, "serializer_class", Careless)
    answer = login(alice, HOST).post("/api/v1/contacts", ANN | {"id": UUID})
    assert _hostile_in(answer.json()) == [UUID]
    assert "Contact.id" in _hostile_rows(acme)


def _counts(tenant: Tenant) -> dict[str, int]:
    """How many rows the tenant has of each kind."""
    with tenant_context(tenant):
        return {model.__name__: model.objects.count() for model in _tenant_models()}


def _hostile_rows(tenant: Tenant | None) -> Iterator[str]:
    """Where a hostile value was stored, among the tenant's rows or those of the control plane."""
    others = [model for model in apps.get_models() if not issubclass(model, TenantAwareModel) and model._meta.managed]
    with tenant_context(tenant):
        for model in _tenant_models() if tenant else others:
            for row in model._default_manager.all():
                for field in model._meta.concrete_fields:
                    if _hostile_in(getattr(row, field.attname)):
                        yield f"{model.__name__}.{field.attname}"


def _tenant_models() -> list[Any]:
    return [model for model in apps.get_models() if issubclass(model, TenantAwareModel)]


def _hostile_in(value: Any) -> list[Any]:
    """The hostile values in there."""
    if isinstance(value, dict):
        return [found for below in value.values() for found in _hostile_in(below)]
    if isinstance(value, list):
        return [found for below in value for found in _hostile_in(below)]
    return [value] if value == NUMBER or str(value).startswith((TEXT, "1999-12-31", UUID)) else []
