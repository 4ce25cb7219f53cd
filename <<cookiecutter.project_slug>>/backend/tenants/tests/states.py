"""What some tenants should have, and a machine that enters and leaves their contexts and transactions at random.

Texts that are written for a tenant have its canary in them: one that turns up in what another tenant, or nobody, gets
to see is a leak. What the machine does inside the contexts is in steps.py.
"""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.core.signals import request_finished
from django.db import ProgrammingError, connections, transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from rest_framework.test import APIClient

from accounts.models import TokenFamily
from accounts.tokens import AccessToken
from contacts.models import Contact
from jobs.models import Job
from tenants.context import TenantMissing, tenant_context
from tenants.files import own_files
from tenants.isolation.databases import alias_of
from tenants.models import Tenant
from tenants.transactions import tenant_atomic

EMAILS = [f"{n}@example.test" for n in range(4)]
"""Of contacts; the same for all tenants, as an email is taken within one tenant only."""
NAMES = ["a", "b", "c"]
"""Of cache entries and files."""
DEPTH = 4
"""How many contexts are entered inside each other."""
sides = st.integers(0, 2)
"""Three tenants, by their place in the list."""

T = TypeVar("T")


class Leak(AssertionError):
    """Somebody got to see another tenant's canary, or nobody was let do what only a tenant may."""


class Failed(Exception):
    """What ends a context early."""


@dataclass
class Rows:
    """What a tenant should have in the database."""

    contacts: dict[str, str] = field(default_factory=dict)
    """Email -> company."""
    jobs: list[str] = field(default_factory=list)

    def told(self) -> list[tuple[str, str]]:
        """As EVERYTHING finds it."""
        return sorted([*self.contacts.items(), *((kind, "") for kind in self.jobs)])


EVERYTHING = "SELECT email, company FROM contacts_contact UNION ALL SELECT kind, '' FROM jobs_job"


@dataclass
class Side:
    """One of the tenants, who is logged in there, and what it should have."""

    tenant: Tenant
    login: TokenFamily
    rows: Rows = field(default_factory=Rows)
    cached: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)

    @property
    def canary(self) -> str:
        return f"canary-{self.tenant.slug}"

    def text(self, mark: int) -> str:
        """A text of this tenant's own."""
        return f"{self.canary} {mark}"

    def client(self, host: str) -> APIClient:
        """The tenant's owner, asking at this host."""
        token = AccessToken()
        token.set_exp(lifetime=timedelta(hours=1))
        token["sub"], token["sid"], token["tid"] = str(self.login.user_id), str(self.login.pk), self.tenant.pk
        return APIClient(HTTP_HOST=host, HTTP_AUTHORIZATION=f"Bearer {token}")

    @property
    def host(self) -> str:
        return f"{self.tenant.slug}.{settings.BASE_DOMAIN}"

    def begin(self) -> None:
        """Have two contacts, and nothing else."""
        with tenant_context(self.tenant):
            Contact.objects.all().delete()
            Job.objects.all().delete()
            cache.delete_many(NAMES)
            for name in list(own_files()):
                default_storage.delete(name)
            Contact.objects.bulk_create(Contact(name="x", email=email, company=self.text(0)) for email in EMAILS[:2])
        self.rows, self.cached, self.files = Rows(dict.fromkeys(EMAILS[:2], self.text(0))), {}, {}


@dataclass
class Level:
    """A context that a step has entered, and what a rollback of its transaction brings back."""

    side: Side | None
    exits: ExitStack
    before: dict[int, Rows]


def sql(alias: str, statement: str, *parameters: object) -> list[tuple[Any, ...]]:
    """The rows that a statement gives."""
    with connections[alias].cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()


def sql_for_nobody(statement: str, *parameters: object) -> list[tuple[Any, ...]]:
    """The same where no tenant is current: none where there is no such table."""
    try:
        with transaction.atomic():
            return sql("default", statement, *parameters)
    except ProgrammingError as error:
        if "does not exist" not in str(error):
            raise
        return []


def content_of(name: str) -> str:
    """A file of the current tenant's."""
    with default_storage.open(name) as file:
        return bytes(file.read()).decode()


class Contexts(RuleBasedStateMachine):
    """Any tenant, or none, in any order, nested in any way."""

    def __init__(self, sides: Sequence[Side]) -> None:
        super().__init__()
        self.sides = sides
        self.levels: list[Level] = []
        self.outside = tenant_context(None)
        self.outside.__enter__()
        for side in sides:
            side.begin()

    def teardown(self) -> None:
        self._leave(len(self.levels), Failed())
        self.outside.__exit__(None, None, None)
        request_finished.send(None)

    # --- What the steps are made of ---------------------------------------------------------------------------------

    @property
    def here(self) -> Side | None:
        """The tenant that is current, as the steps so far have it."""
        return self.levels[-1].side if self.levels else None

    @property
    def in_transaction(self) -> bool:
        return any(level.before for level in self.levels)

    def seen(self, by: Side | None, answer: T) -> T:
        """What somebody got to see: with no canary but their own."""
        for side in self.sides:
            if side is not by and side.canary in str(answer):
                raise Leak(f"{by.canary if by else 'Nobody'} got to see this of {side.canary}: {answer}")
        return answer

    def check(self, by: Side | None, answer: object, expected: object) -> None:
        """What somebody got to see is what they should."""
        if self.seen(by, answer) != expected:
            self.each_has_its_own()  # says more, where it fails as well
            raise AssertionError(f"{by.canary if by else 'Nobody'} got {answer}, and should have got {expected}")

    def do(self, action: Callable[[], T], expected: Callable[[Side], T]) -> None:
        """Do it, and have `expected` do the same to what the tenant should have. Without a tenant it is refused."""
        if self.here is None:
            self.refused(action)
        else:
            answer = action()
            self.check(self.here, answer, expected(self.here))

    def refused(self, action: Callable[[], object]) -> None:
        """Nobody may do it."""
        try:
            with transaction.atomic():
                answer = action()
        except TenantMissing:
            return
        raise Leak(f"Nobody was let do what only a tenant may, and got {answer}")

    def text(self, mark: int) -> str:
        return self.here.text(mark) if self.here else f"nobody's {mark}"

    def committed(self, side: Side) -> Rows:
        """What others see of the tenant's rows while a transaction is open here."""
        found = [level.before[side.tenant.pk] for level in self.levels if side.tenant.pk in level.before]
        return found[0] if found else side.rows

    @invariant()
    def each_has_its_own(self) -> None:
        for side in self.sides:
            with tenant_context(side.tenant):
                found = sorted(sql(alias_of(side.tenant), EVERYTHING))
                cached, files = cache.get_many(NAMES), {name: content_of(name) for name in own_files()}
            self.seen(side, (found, cached, files))
            for what, has, should in (
                ("rows", found, side.rows.told()),
                ("cache entries", cached, side.cached),
                ("files", files, side.files),
            ):
                assert has == should, f"{side.canary} has the {what} {has}, and should have {should}"
        if not self.in_transaction:
            request_finished.send(None)  # connections go back to where they came from, as between requests

    # --- Contexts and transactions ----------------------------------------------------------------------------------

    @initialize(levels=st.lists(st.tuples(sides, st.booleans()), max_size=DEPTH - 1))
    def start(self, levels: list[tuple[int, bool]]) -> None:
        for side, atomic in levels:
            self._enter(self.sides[side], atomic)

    @precondition(lambda self: len(self.levels) < DEPTH)
    @rule(side=sides, atomic=st.booleans())
    def enter(self, side: int, atomic: bool) -> None:
        self._enter(self.sides[side], atomic)

    @precondition(lambda self: len(self.levels) < DEPTH)
    @rule()
    def enter_none(self) -> None:
        self._enter(None, atomic=False)

    def _enter(self, side: Side | None, atomic: bool) -> None:
        level = Level(side, ExitStack(), {})
        level.exits.enter_context(tenant_context(side.tenant if side else None))
        if side and atomic:
            alias = alias_of(side.tenant)
            level.before = {s.tenant.pk: deepcopy(s.rows) for s in self.sides if alias_of(s.tenant) == alias}
            level.exits.enter_context(tenant_atomic())
        self.levels.append(level)

    @precondition(lambda self: self.levels)
    @rule()
    def leave(self) -> None:
        self.levels.pop().exits.close()

    @precondition(lambda self: self.levels)
    @rule(levels=st.integers(1, DEPTH))
    def fail(self, levels: int) -> None:
        """An exception, that is caught so many levels further out."""
        self._leave(min(levels, len(self.levels)), Failed())

    def _leave(self, levels: int, error: Exception) -> None:
        for _ in range(levels):
            level = self.levels.pop()
            level.exits.__exit__(type(error), error, None)
            for side in self.sides:
                side.rows = level.before.get(side.tenant.pk, side.rows)
