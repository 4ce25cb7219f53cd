"""Does the API answer as its schema says, whatever it is asked? Requests that Schemathesis makes up from the schema.

Each operation is asked in a tenant of its own, by its owner, for what is there and for what is not, with what fits the
schema and with what does not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, cast

import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.test import override_settings
from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as hypothesis_settings
from hypothesis.errors import Unsatisfiable
from rest_framework.test import APIClient
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from accounts.models import TokenFamily, User
from accounts.services import create_verified_user
from accounts.tokens import AccessToken
from benchmarks.figures import Figure
from benchmarks.requests import log_in
from benchmarks.world import PASSWORD
from tenants.models import Tenant
from tenants.selectors import host_of
from tenants.services import create_tenant

AnyCase = Case[Any]
Operation = APIOperation[Any, Any, Any, Any]

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


@dataclass
class Outcome:
    """The answers' statuses, and what was wrong with answers, by kind."""

    statuses: Counter[int] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    @property
    def cases(self) -> int:
        """How many requests were made."""
        return self.statuses.total()

    def add(self, case: AnyCase, failure: Failure) -> None:
        """Count it, and keep how the first of its kind came about."""
        kind = f"{case.operation.label}: {failure.title}"
        if kind not in self.failures:
            self.examples.append(f"{kind}\n{failure.message}\n{case.as_curl_command()}")
        self.failures[kind] += 1


def figures(examples: int = 30) -> list[Figure]:
    """In the scratch database; so many requests of each mode to each operation."""
    outcome = ask_everything(examples)
    for example in outcome.examples:
        print(f"{example}\n")
    return [
        Figure("requests made up from the schema", outcome.cases, "", at_least=2_000),
        Figure("answers that the schema does not know, and server errors", outcome.failures.total(), "", at_most=0),
    ]


@override_settings(ACCOUNT_RATE_LIMITS=False)  # they would stop the logins
def ask_everything(examples: int) -> Outcome:
    """Ask each operation of the schema so many times in each mode."""
    outcome, user = Outcome(), create_verified_user("asker@localhost.test", PASSWORD)
    schema = schemathesis.openapi.from_wsgi("/api/v1/schema", _application())
    for number, result in enumerate(schema.get_all_operations()):
        caller = Caller(user, create_tenant(name=f"Asked {number}", owner=user))
        for mode in MODES:
            _ask(cast(Ok[Operation], result).ok(), mode, examples, caller, outcome)
    return outcome


def _application() -> Callable[..., Any]:
    """The project; Schemathesis does not say where it asks from."""
    handler = WSGIHandler()
    return lambda environ, start_response: handler({**environ, "REMOTE_ADDR": "127.0.0.1"}, start_response)


class Caller:
    """The owner of a tenant, who logs in again when what they have asked for has ended their login."""

    def __init__(self, user: User, tenant: Tenant) -> None:
        self.user, self.tenant = user, tenant
        self.login = log_in(user)
        self.fill()

    def headers(self) -> dict[str, str]:
        if not TokenFamily.objects.filter(pk=self.login.pk, revoked_at=None).exists():
            self.login = log_in(self.user)
        token = AccessToken()
        token["sub"], token["sid"], token["tid"] = str(self.user.pk), str(self.login.pk), self.tenant.pk
        return {"Host": host_of(self.tenant), "Authorization": f"Bearer {token}"}

    def fill(self) -> None:
        """One of each thing that can be made."""
        client = self._client()
        for path, body in THINGS.items():
            answer = client.post(f"/api/v1/{path}", body)
            assert answer.status_code in (201, 202), (path, answer.content)

    def existing(self, path: str) -> str | None:
        """The key of something that is there, for the first parameter of the path."""
        answer = self._client().get(path.split("/{")[0])
        if answer.status_code != 200:
            return None
        found = answer.json()
        rows = found.get("results", []) if isinstance(found, dict) else found[::-1]
        return str(rows[0].get("id") or rows[0]["key"]) if rows else None

    def _client(self) -> APIClient:
        headers = self.headers()
        return APIClient(HTTP_HOST=headers["Host"], HTTP_AUTHORIZATION=headers["Authorization"])


THINGS: dict[str, dict[str, Any]] = {
    "contacts": {"name": "Ann Lee", "email": "ann@lee.test"},
    "invitations": {"emails": ["guest@localhost.test"], "role": "member"},
    "roles": {"name": "Sales", "permissions": ["contacts.read"]},
    "api-keys": {"name": "Report", "scopes": ["contacts.read"]},
    "tenant/domains": {"host": "app.lee.test"},
    "tenant/export": {},
}


def _ask(operation: Operation, mode: GenerationMode, examples: int, caller: Caller, outcome: Outcome) -> None:
    @seed(1)
    @hypothesis_settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: AnyCase) -> None:
        _aim(case, caller, outcome.cases)
        response = case.call(headers=caller.headers())
        outcome.statuses[response.status_code] += 1
        try:
            case.validate_response(response, checks=CHECKS)
        except FailureGroup as group:
            for failure in group.exceptions:
                outcome.add(case, failure)

    with suppress(Unsatisfiable):  # nothing can be wrong about an operation that takes nothing
        ask()


def _aim(case: AnyCase, caller: Caller, number: int) -> None:
    """Every other request is for something that there is."""
    if case.path_parameters and number % 2:
        key = caller.existing(case.operation.path)
        if key:
            case.path_parameters[next(iter(case.path_parameters))] = key
