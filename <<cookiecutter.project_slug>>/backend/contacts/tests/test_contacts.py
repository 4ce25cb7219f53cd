"""The contacts' endpoints: list, search, order, create, change, delete."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from contacts.models import Contact
from contacts.services import create_contact, update_contact
from members.models import Member
from tenants.context import tenant_context
from tenants.isolation.databases import alias_of

HOST = "acme.localhost"
URL = "/api/v1/contacts"


@pytest.fixture
def people(in_acme):
    """Three contacts of Acme, made a minute apart."""
    now = timezone.now()
    rows = [("Ann Lee", "ann@x.test", "Zeta"), ("Bo Kim", "bo@y.test", "Acorn"), ("Cy Oh", "cy@x.test", "Mid")]
    for minute, (name, email, company) in enumerate(rows):
        contact = create_contact(created_by=None, name=name, email=email, company=company)
        Contact.objects.filter(pk=contact.pk).update(created_at=now + timedelta(minutes=minute))


def names(answer):
    assert answer.status_code == 200, answer.content
    return [contact["name"] for contact in answer.json()["results"]]


def test_create_and_read(login, alice, in_acme):
    client = login(alice, HOST)
    answer = client.post(URL, {"name": " Ann Lee ", "email": "Ann@X.test", "phone": "+1 555", "company": "Zeta"})
    assert answer.status_code == 201
    body = answer.json()
    assert {k: body[k] for k in ("name", "email", "phone", "company")} == {
        "name": "Ann Lee", "email": "Ann@X.test", "phone": "+1 555", "company": "Zeta",
    }  # fmt: skip
    assert client.get(f"{URL}/{body['id']}").json() == body
    assert set(body) == {"id", "name", "email", "phone", "company", "created_at", "updated_at"}
    contact = Contact.objects.get()
    assert (str(contact.pk), contact.created_by) == (body["id"], Member.objects.get(email="alice@acme.test"))


def test_change_leaves_the_rest_alone(login, alice, people):
    client = login(alice, HOST)
    contact = Contact.objects.get(name="Ann Lee")
    before = contact.updated_at
    answer = client.patch(f"{URL}/{contact.pk}", {"phone": "123"})
    assert (answer.status_code, answer.json()["phone"], answer.json()["company"]) == (200, "123", "Zeta")
    contact.refresh_from_db()
    assert contact.updated_at > before
    answer = client.put(f"{URL}/{contact.pk}", {"name": "Ann Li", "email": "ann@x.test"})
    assert (answer.status_code, answer.json()["name"]) == (200, "Ann Li")


def test_delete(login, alice, people):
    client = login(alice, HOST)
    contact = Contact.objects.get(name="Ann Lee")
    assert client.delete(f"{URL}/{contact.pk}").status_code == 204
    assert client.get(f"{URL}/{contact.pk}").status_code == 404
    assert names(client.get(f"{URL}?ordering=name")) == ["Bo Kim", "Cy Oh"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Cy Oh", "Bo Kim", "Ann Lee"]),
        ("?ordering=created_at", ["Ann Lee", "Bo Kim", "Cy Oh"]),
        ("?ordering=name", ["Ann Lee", "Bo Kim", "Cy Oh"]),
        ("?ordering=-email", ["Cy Oh", "Bo Kim", "Ann Lee"]),
        ("?ordering=company", ["Bo Kim", "Cy Oh", "Ann Lee"]),
        ("?search=X.TEST&ordering=name", ["Ann Lee", "Cy Oh"]),
        ("?search=acorn", ["Bo Kim"]),
        ("?search=oh+mid", ["Cy Oh"]),
        ("?search=nobody", []),
        ("?search=%25", []),
    ],
)
def test_search_and_order(login, alice, people, query, expected):
    assert names(login(alice, HOST).get(URL + query)) == expected


def test_ordering_is_a_whitelist(login, alice, people):
    answer = login(alice, HOST).get(f"{URL}?ordering=created_by__email")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/ordering"


def test_pages_hold_everything_once(login, alice, in_acme):
    Contact.objects.bulk_create([Contact(name="Same", email=f"p{n}@x.test") for n in range(25)])
    client = login(alice, HOST)
    url, seen, sizes = f"{URL}?ordering=name&page_size=10", [], []
    while url:
        page = client.get(url).json()
        seen += [contact["email"] for contact in page["results"]]
        sizes.append(len(page["results"]))
        url = page["next"]
    assert sizes == [10, 10, 5]
    assert sorted(seen) == sorted(f"p{n}@x.test" for n in range(25))


def test_the_list_asks_no_more_for_more_rows(login, alice, in_acme):
    client = login(alice, HOST)
    counts = []
    for n in (1, 20):
        member = Member.objects.get(email="alice@acme.test")
        Contact.objects.bulk_create([Contact(name="N", email=f"{n}-{m}@x.test", created_by=member) for m in range(n)])
        with CaptureQueriesContext(connections[alias_of(in_acme)]) as asked:
            assert len(client.get(URL).json()["results"]) >= n
        counts.append(sum("FROM" in query["sql"] and "contacts_contact" in query["sql"] for query in asked))
    assert counts == [1, 1]


@pytest.mark.parametrize(
    ("values", "pointer", "code"),
    [
        ({"email": "a@x.test"}, "/name", "required"),
        ({"name": "", "email": "a@x.test"}, "/name", "blank"),
        ({"name": "A"}, "/email", "required"),
        ({"name": "A", "email": "nonsense"}, "/email", "invalid"),
        ({"name": "A" * 201, "email": "a@x.test"}, "/name", "max_length"),
        ({"name": "A", "email": "a@x.test", "phone": "1" * 41}, "/phone", "max_length"),
        ({"name": "A", "email": "BO@Y.TEST"}, "/email", "unique"),
    ],
)
def test_bad_values_are_told(login, alice, people, values, pointer, code):
    answer = login(alice, HOST).post(URL, values)
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [(pointer, code)]
    assert Contact.objects.count() == 3


def test_changing_to_a_taken_email_is_told(login, alice, people):
    contact = Contact.objects.get(name="Ann Lee")
    answer = login(alice, HOST).patch(f"{URL}/{contact.pk}", {"email": "Bo@y.test"})
    assert answer.status_code == 400
    assert answer.json()["errors"] == [
        {"pointer": "/email", "detail": "Another contact has this email.", "code": "unique"}
    ]
    contact.refresh_from_db()
    assert contact.email == "ann@x.test"


def test_a_taken_email_leaves_the_transaction_usable(people):
    with pytest.raises(ValidationError, match="Another contact has this email"):
        create_contact(created_by=None, name="Bo", email="BO@Y.TEST")
    assert Contact.objects.count() == 3


def test_keeping_the_own_email_is_fine(people):
    contact = Contact.objects.get(name="Ann Lee")
    assert update_contact(contact, email="ANN@x.test").email == "ANN@x.test"


def test_two_at_once_get_one_contact(committed_db):
    """Both pass every check before either has written; the database decides."""
    barrier, outcomes = Barrier(2), []

    def create():
        with tenant_context(committed_db.acme):
            barrier.wait()
            try:
                create_contact(created_by=None, name="Ann", email="ann@x.test")
                outcomes.append("created")
            except ValidationError as error:
                outcomes.append(error.error_dict["email"][0].code)
            finally:
                connections.close_all()

    threads = [Thread(target=create) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["created", "unique"]


def test_other_integrity_errors_are_not_called_a_taken_email(people):
    contact = Contact.objects.get(name="Ann Lee")
    with pytest.raises(IntegrityError):
        update_contact(contact, name=None)


def test_a_viewer_reads_only(login, vera, people):
    client = login(vera, HOST)
    contact = Contact.objects.get(name="Ann Lee")
    assert len(names(client.get(URL))) == 3
    for answer in (
        client.post(URL, {"name": "A", "email": "a@x.test"}),
        client.patch(f"{URL}/{contact.pk}", {"name": "B"}),
        client.put(f"{URL}/{contact.pk}", {"name": "B", "email": "b@x.test"}),
        client.delete(f"{URL}/{contact.pk}"),
        client.post(f"{URL}/import", {}, format="multipart"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "permission_required")
    assert Contact.objects.filter(name="Ann Lee").exists()
