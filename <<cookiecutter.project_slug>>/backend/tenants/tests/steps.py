"""What the state machine does at random: the same to a tenant, by the product, and to what it should have."""

import asyncio
from collections.abc import Generator
from typing import Any

from asgiref.sync import async_to_sync
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError
from django.db.models import Count
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from rest_framework.test import APIClient

from benchmarks.ways import in_threads
from contacts.models import Contact
from contacts.services import create_contact
from jobs.tests.canvas import note
from members.models import Member
from tenants.context import tenant_context
from tenants.files import own_files
from tenants.isolation.databases import alias_of
from tenants.models import Tenant
from tenants.transactions import tenant_atomic

from .states import EMAILS, EVERYTHING, NAMES, Contexts, Side, content_of, sides, sql, sql_for_nobody

URL = "/api/v1/contacts"
emails = st.sampled_from(EMAILS)
names = st.sampled_from(NAMES)
marks = st.integers(0, 9)


def contacts() -> dict[str, str]:
    """Email -> company."""
    return dict(Contact.objects.values_list("email", "company"))


class RowSteps(Contexts):
    """Rows, by Django's ORM."""

    @rule(email=emails, mark=marks)
    def create(self, email: str, mark: int) -> None:
        company = self.text(mark)

        def action() -> bool:
            try:
                return bool(create_contact(created_by=None, name="x", email=email, company=company))
            except ValidationError:
                return False

        def expected(own: Side) -> bool:
            is_new = email not in own.rows.contacts
            own.rows.contacts.setdefault(email, company)
            return is_new

        self.do(action, expected)

    @rule(chosen=st.sets(emails, min_size=1), mark=marks)
    def create_many(self, chosen: set[str], mark: int) -> None:
        company = self.text(mark)

        def action() -> int:
            new = [Contact(name="x", email=email, company=company) for email in sorted(chosen)]
            return len(Contact.objects.bulk_create(new, ignore_conflicts=True))

        def expected(own: Side) -> int:
            own.rows.contacts = dict.fromkeys(chosen, company) | own.rows.contacts
            return len(chosen)

        self.do(action, expected)

    @rule(email=emails, mark=marks)
    def update(self, email: str, mark: int) -> None:
        company = self.text(mark)

        def expected(own: Side) -> int:
            own.rows.contacts |= {email: company} if email in own.rows.contacts else {}
            return int(email in own.rows.contacts)

        self.do(lambda: Contact.objects.filter(email=email).update(company=company), expected)

    @rule(mark=marks)
    def update_all(self, mark: int) -> None:
        company = self.text(mark)

        def expected(own: Side) -> int:
            own.rows.contacts = dict.fromkeys(own.rows.contacts, company)
            return len(own.rows.contacts)

        self.do(lambda: Contact.objects.update(company=company), expected)

    @rule(mark=marks)
    def update_many(self, mark: int) -> None:
        company = self.text(mark)

        def action() -> int:
            found = list(Contact.objects.order_by("email")[:2])
            for contact in found:
                contact.company = company
            return Contact.objects.bulk_update(found, ["company"])

        def expected(own: Side) -> int:
            changed = sorted(own.rows.contacts)[:2]
            own.rows.contacts |= dict.fromkeys(changed, company)
            return len(changed)

        self.do(action, expected)

    @rule(email=emails, mark=marks)
    def update_or_create(self, email: str, mark: int) -> None:
        company = self.text(mark)

        def expected(own: Side) -> bool:
            created = email not in own.rows.contacts
            own.rows.contacts[email] = company
            return created

        values = {"name": "x", "company": company}
        self.do(lambda: Contact.objects.update_or_create(email=email, defaults=values)[1], expected)

    @rule(email=emails)
    def delete(self, email: str) -> None:
        self.do(
            lambda: Contact.objects.filter(email=email).delete()[0],
            lambda own: int(own.rows.contacts.pop(email, None) is not None),
        )

    @rule()
    def delete_all(self) -> None:
        def expected(own: Side) -> int:
            before, own.rows.contacts = own.rows.contacts, {}
            return len(before)

        self.do(lambda: Contact.objects.all().delete()[0], expected)

    @rule(email=emails)
    def read(self, email: str) -> None:
        self.do(contacts, lambda own: own.rows.contacts)
        self.do(Contact.objects.filter(email=email).exists, lambda own: email in own.rows.contacts)
        self.do(
            lambda: sorted(contact.company for contact in Contact.objects.iterator(chunk_size=1)),
            lambda own: sorted(own.rows.contacts.values()),
        )

    @rule()
    def aggregate(self) -> None:
        def expected(own: Side) -> list[tuple[str, int]]:
            companies = list(own.rows.contacts.values())
            return sorted((company, companies.count(company)) for company in set(companies))

        counted = Contact.objects.order_by("company").values_list("company").annotate(Count("pk"))
        self.do(lambda: list(counted.all()), expected)

    @rule()
    def join(self) -> None:
        """To the people, whose names are canaries."""

        def action() -> list[str]:
            Contact.objects.update(created_by=Member.objects.get())
            return [contact.created_by.name for contact in Contact.objects.select_related("created_by")]

        self.do(action, lambda own: [own.canary] * len(own.rows.contacts))

    @rule(side=sides, mark=marks)
    def reach_for_another_tenants(self, side: int, mark: int) -> None:
        """By the key of a row that is not the current tenant's, if it is not."""
        with tenant_context(self.sides[side].tenant):
            pk = Contact.objects.values_list("pk", flat=True).first()
        if pk is None or self.here is self.sides[side]:
            return
        theirs, company = Contact.objects.filter(pk=pk), self.text(mark)
        self.do(lambda: list(theirs.values_list("company")), lambda own: [])
        self.do(lambda: theirs.update(company=company), lambda own: 0)
        self.do(lambda: theirs.delete()[0], lambda own: 0)
        if self.here and _overwrite(pk, company):  # it has made a row of its own, with the same key in another table
            self.do(lambda: theirs.delete()[0], lambda own: 1)


def _overwrite(pk: object, company: str) -> bool:
    """Insert a contact with this key, or change the one that has it. True if the database let that be done."""
    new = Contact(pk=pk, name="x", email="overwriting@example.test", company=company)
    try:
        with tenant_atomic():
            Contact.objects.bulk_create([new], update_conflicts=True, unique_fields=["id"], update_fields=["company"])
    except DatabaseError:
        return False
    return True


class SqlSteps(Contexts):
    """Rows, by SQL that has no condition."""

    def sql(self, statement: str, *parameters: object) -> list[tuple[Any, ...]]:
        if self.here is None:
            return sql_for_nobody(statement, *parameters)
        return sql(alias_of(self.here.tenant), statement, *parameters)

    @rule()
    def select_by_sql(self) -> None:
        found = sorted(self.sql(EVERYTHING))
        self.check(self.here, found, self.here.rows.told() if self.here else [])

    @rule(mark=marks)
    def update_by_sql(self, mark: int) -> None:
        company, own = self.text(mark), self.here.rows.contacts if self.here else {}
        found = self.sql("UPDATE contacts_contact SET company = %s RETURNING email", company)
        own.update(dict.fromkeys(own, company))
        self.check(self.here, sorted(email for (email,) in found), sorted(own))

    @rule()
    def delete_by_sql(self) -> None:
        own = self.here.rows.contacts if self.here else {}
        found = self.sql("DELETE FROM contacts_contact RETURNING email, company")
        self.check(self.here, dict(found), own)
        own.clear()


class ConcurrentSteps(Contexts):
    """Threads, coroutines, and generators that wait while others go on."""

    def __init__(self, sides: Any) -> None:
        super().__init__(sides)
        self.streams: list[tuple[Side, Generator[dict[str, str], None, None]]] = []

    def teardown(self) -> None:
        for _, stream in self.streams:
            stream.close()  # as Django does at the end of a response
        super().teardown()

    @rule(side=sides)
    def thread(self, side: int) -> None:
        chosen = self.sides[side]
        (found,) = in_threads(1, tenants_contacts, [chosen.tenant])
        self.check(chosen, found, self.committed(chosen).contacts)

    @rule(side=sides)
    def thread_that_nobody_told(self, side: int) -> None:
        def read(tenant: Tenant) -> list[tuple[Any, ...]]:
            for ask in (contacts, lambda: cache.get_many(NAMES), lambda: list(own_files())):
                self.refused(ask)
            return sql_for_nobody(EVERYTHING)

        (found,) = in_threads(1, read, [self.sides[side].tenant])
        self.check(None, found, [])

    @precondition(lambda self: not self.in_transaction)
    @rule(mark=marks)
    def threads_at_once(self, mark: int) -> None:
        texts = {side.tenant: side.text(mark) for side in self.sides}

        def change(tenant: Tenant) -> tuple[Tenant, dict[str, str]]:
            with tenant_context(tenant), tenant_atomic():
                Contact.objects.update(company=texts[tenant])
                return tenant, contacts()

        found = dict(in_threads(2, change, list(texts)))
        self._all_have(mark, found)

    @rule(mark=marks)
    def coroutines(self, mark: int) -> None:
        async def change(side: Side) -> tuple[Tenant, dict[str, str]]:
            async with tenant_context(side.tenant):
                await asyncio.sleep(0)  # others take their turn
                await Contact.objects.aupdate(company=side.text(mark))
                rows = Contact.objects.values_list("email", "company")
                return side.tenant, {email: company async for email, company in rows}

        async def all_of_them() -> dict[Tenant, dict[str, str]]:
            return dict(await asyncio.gather(*map(change, self.sides)))

        self._all_have(mark, async_to_sync(all_of_them)())

    def _all_have(self, mark: int, found: dict[Tenant, dict[str, str]]) -> None:
        for side in self.sides:
            side.rows.contacts = dict.fromkeys(side.rows.contacts, side.text(mark))
            self.check(side, found[side.tenant], side.rows.contacts)

    @precondition(lambda self: len(self.streams) < 3)
    @rule(side=sides)
    def begin_to_stream(self, side: int) -> None:
        @tenant_context(self.sides[side].tenant)
        def stream() -> Generator[dict[str, str], None, None]:
            while True:
                yield contacts()

        self.streams.append((self.sides[side], stream()))

    @precondition(lambda self: self.streams)
    @rule()
    def go_on_streaming(self) -> None:
        side, stream = self.streams.pop(0)
        self.check(side, next(stream), side.rows.contacts)
        self.streams.append((side, stream))


def tenants_contacts(tenant: Tenant) -> dict[str, str]:
    """`contacts` of a tenant."""
    with tenant_context(tenant):
        return contacts()


class TaskSteps(Contexts):
    """Tasks, that run at once or are delivered when something else is going on."""

    def __init__(self, sides: Any) -> None:
        super().__init__(sides)
        self.sent: list[tuple[Side, str, dict[str, Any]]] = []

    @rule(mark=marks)
    def run_task(self, mark: int) -> None:
        kind = self.text(mark)
        self.do(lambda: note.delay(kind).get(), lambda own: own.rows.jobs.append(kind) or kind)

    @rule(mark=marks)
    def send_task(self, mark: int) -> None:
        def expected(own: Side) -> None:
            self.sent.append((own, self.text(mark), note.own_headers()))

        self.do(lambda: note.own_headers() and None, expected)

    @precondition(lambda self: self.sent)
    @rule()
    def deliver_task(self) -> None:
        side, kind, headers = self.sent.pop(0)
        answer = note.apply((kind,), headers=headers).get()
        side.rows.jobs.append(kind)
        self.check(side, answer, kind)


class CacheAndFileSteps(Contexts):
    """What is not in the database, and so does not come back with a rollback."""

    @rule(name=names, mark=marks)
    def remember(self, name: str, mark: int) -> None:
        value = self.text(mark)
        self.do(lambda: cache.set(name, value), lambda own: own.cached.update({name: value}))

    @rule(name=names)
    def recall(self, name: str) -> None:
        self.do(lambda: cache.get(name), lambda own: own.cached.get(name))

    @rule(name=names)
    def forget(self, name: str) -> None:
        self.do(lambda: cache.delete(name), lambda own: own.cached.pop(name, None) is not None)

    @rule()
    def forget_all(self) -> None:
        self.do(cache.clear, lambda own: own.cached.clear())

    @rule(name=names, mark=marks)
    def write(self, name: str, mark: int) -> None:
        content = self.text(mark)

        def action() -> str:
            default_storage.delete(name)
            return default_storage.save(name, ContentFile(content.encode()))

        def expected(own: Side) -> str:
            own.files[name] = content
            return name

        self.do(action, expected)

    @rule(name=names)
    def open(self, name: str) -> None:
        def action() -> str | None:
            if not default_storage.exists(name):
                return None
            return content_of(name)

        self.do(action, lambda own: own.files.get(name))

    @rule(name=names)
    def remove(self, name: str) -> None:
        self.do(lambda: default_storage.delete(name), lambda own: own.files.pop(name, None) and None)


class RequestSteps(Contexts):
    """Requests to the API, as a web process answers them: with no transaction of somebody else's open."""

    def ask(self, side: Side, method: str, url: str = URL, body: dict[str, str] | None = None) -> Any:
        answer = getattr(side.client(side.host), method)(url, body)
        self.seen(side, answer.content.decode())
        return answer

    def found(self, side: Side) -> dict[str, dict[str, str]]:
        return {contact["email"]: contact for contact in self.ask(side, "get").json()["results"]}

    @precondition(lambda self: not self.in_transaction)
    @rule(side=sides)
    def get(self, side: int) -> None:
        own = self.sides[side]
        found = {email: contact["company"] for email, contact in self.found(own).items()}
        self.check(own, found, own.rows.contacts)

    @precondition(lambda self: not self.in_transaction)
    @rule(side=sides, others=sides)
    def search(self, side: int, others: int) -> None:
        own = self.sides[side]
        found = self.ask(own, "get", f"{URL}?search={self.sides[others].canary}").json()["results"]
        expected = own.rows.contacts if side == others else {}
        assert {contact["email"] for contact in found} <= set(expected)

    @precondition(lambda self: not self.in_transaction)
    @rule(side=sides, email=emails, mark=marks)
    def post(self, side: int, email: str, mark: int) -> None:
        own = self.sides[side]
        answer = self.ask(own, "post", URL, {"name": "x", "email": email, "company": own.text(mark)})
        self.check(own, answer.status_code, 400 if email in own.rows.contacts else 201)
        own.rows.contacts.setdefault(email, own.text(mark))

    @precondition(lambda self: not self.in_transaction)
    @rule(side=sides, asking=sides, email=emails, method=st.sampled_from(["get", "patch", "delete"]), mark=marks)
    def ask_for_one(self, side: int, asking: int, email: str, method: str, mark: int) -> None:
        """By its address, which another tenant may have got to know."""
        own, asker = self.sides[side], self.sides[asking]
        if email not in own.rows.contacts:
            return
        url, body = f"{URL}/{self.found(own)[email]['id']}", {"company": asker.text(mark)}
        answer = self.ask(asker, method, url, body if method == "patch" else None)
        if own is not asker:
            self.check(asker, answer.status_code, 404)
            return
        self.check(own, answer.status_code, 204 if method == "delete" else 200)
        if method == "delete":
            del own.rows.contacts[email]
        if method == "patch":
            own.rows.contacts[email] = own.text(mark)

    @precondition(lambda self: not self.in_transaction)
    @rule(side=sides, at=sides)
    def ask_elsewhere(self, side: int, at: int) -> None:
        """At another tenant's address, and as nobody."""
        if side != at:
            answer = self.sides[side].client(self.sides[at].host).get(URL)
            self.check(self.sides[side], (self.seen(None, answer.content.decode()), answer.status_code)[1], 403)
        for host in (self.sides[at].host, settings.BASE_DOMAIN):
            answer = APIClient(HTTP_HOST=host).get(URL)
            self.seen(None, answer.content.decode())
            self.check(None, answer.status_code, 401)


class Tenancy(RowSteps, SqlSteps, ConcurrentSteps, TaskSteps, CacheAndFileSteps, RequestSteps):
    """All of it."""
