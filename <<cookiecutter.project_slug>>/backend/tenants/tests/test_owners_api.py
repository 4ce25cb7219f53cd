"""The endpoints for a tenant's own people: who may do what, and that nobody reaches another tenant by them."""

from datetime import timedelta

import pytest
from django.urls import resolve
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from accounts.services import create_verified_user
from conftest import PASSWORD
from jobs.models import Job
from tenants.context import tenant_context
from tenants.domains import add_domain, challenge_of, verify_domain
from tenants.exports import KIND, link_to
from tenants.lifecycle import request_deletion, suspend_tenant
from tenants.models import Domain, Role, Status, Tenant
from tenants.selectors import tenant_of_host
from tenants.services import add_member

from .test_domains import publish

pytestmark = pytest.mark.django_db

HOST = "acme.localhost"
URL = "/api/v1/tenant"


@pytest.fixture(autouse=True)
def _restored(acme: Tenant):
    """The session's instance is as it was before, like its row."""
    before = dict(vars(acme))
    yield
    vars(acme).update(before)


@pytest.fixture
def people(alice, bob, charlie, vera, acme) -> dict[str, User | None]:
    admin = create_verified_user("ada@acme.test", PASSWORD)
    add_member(tenant=acme, user=admin, role=Role.ADMIN)
    return {"owner": alice, "admin": admin, "member": bob, "viewer": vera, "outsider": charlie, "nobody": None}


@pytest.fixture
def things(acme: Tenant) -> dict[str, object]:
    """What the addresses below speak of."""
    with tenant_context(acme):
        job = Job.objects.create(kind=KIND)
        link = link_to("exports/none.zip")
    return {"domain": add_domain(acme, host="app.acme.test").pk, "job": job.pk, "link": link}


@pytest.fixture
def owner(login, alice) -> APIClient:
    return login(alice, HOST)


def body_of(answer, status: int) -> dict:
    assert answer.status_code == status, answer.content
    return answer.json()


def errors_of(answer) -> list[tuple[str, str]]:
    assert answer.status_code == 400, answer.content
    assert answer.headers["content-type"] == "application/problem+json"
    return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]


# What each role is answered; outsiders are no members, and nobody is not logged in.
MATRIX = [
    ("get", URL, None, (200, 200, 200, 200)),
    ("head", URL, None, (200, 200, 200, 200)),
    ("patch", URL, {"name": "Acme Corp"}, (200, 200, 403, 403)),
    ("patch", URL, {"slug": "acme-corp"}, (200, 403, 403, 403)),
    ("patch", URL, {"slug": "acme"}, (200, 200, 403, 403)),
    ("put", URL, {"name": "Acme Corp"}, (405, 405, 405, 405)),
    ("get", URL + "/domains", None, (200, 200, 200, 200)),
    ("post", URL + "/domains", {"host": "www.acme.test"}, (201, 201, 403, 403)),
    ("delete", URL + "/domains/{domain}", None, (204, 204, 403, 403)),
    ("post", URL + "/domains/{domain}/verify", None, (409, 409, 403, 403)),
    ("post", URL + "/export", None, (202, 403, 403, 403)),
    ("get", URL + "/export/{job}", None, (200, 403, 403, 403)),
    ("head", URL + "/export/{job}", None, (200, 403, 403, 403)),
    ("get", "{link}", None, (404, 403, 403, 403)),
    ("post", URL + "/deletion", {"slug": "acme"}, (202, 403, 403, 403)),
    ("delete", URL + "/deletion", None, (409, 403, 403, 403)),
]


@pytest.mark.parametrize(("method", "path", "data", "expected"), MATRIX)
@pytest.mark.parametrize("role", ["owner", "admin", "member", "viewer", "outsider", "nobody"])
def test_who_may_do_what(role, method, path, data, expected, people, things, login, acme, records) -> None:
    person = people[role]
    client = login(person, HOST) if person else APIClient(HTTP_HOST=HOST)
    before = state(acme)
    answer = getattr(client, method)(path.format(**things), data)
    roles = ("owner", "admin", "member", "viewer")
    wanted = expected[roles.index(role)] if role in roles else {"outsider": 403, "nobody": 401}[role]
    assert answer.status_code == wanted, answer.content
    if wanted in (401, 403):
        assert state(acme) == before
        if method != "head":
            refused = {"outsider": "not_a_member", "nobody": "not_authenticated"}
            assert answer.json()["code"] == refused.get(role, "permission_required")


def state(tenant: Tenant) -> object:
    with tenant_context(tenant):
        jobs = Job.objects.count()
    row = Tenant.objects.filter(pk=tenant.pk).values("name", "slug", "status").get()
    return row, list(tenant.domains.values_list("host", "verified_at")), jobs


def test_the_tenant(owner, acme) -> None:
    assert body_of(owner.get(URL), 200) == {
        "name": "Acme",
        "slug": "acme",
        "host": "acme.localhost",
        "status": "active",
        "delete_after": None,
        "created_at": acme.created_at.isoformat().replace("+00:00", "Z"),
    }


def test_at_the_products_own_host_it_is_the_logins(login, alice, people) -> None:
    assert body_of(login(alice, "localhost").get(URL), 200)["slug"] == "acme"


def test_no_body_says_which_tenant(owner, globex) -> None:
    body = {"name": "Mine", "id": globex.pk, "tenant": globex.pk, "status": "deleting", "delete_after": "2026-01-01"}
    assert body_of(owner.patch(URL, body), 200)["status"] == "active"
    assert list(Tenant.objects.values_list("name", "status").order_by("pk")) == [
        ("Mine", "active"),
        ("Globex", "active"),
    ]


def test_a_renamed_tenant_lives_at_its_new_address_only(owner) -> None:
    answer = body_of(owner.patch(URL, {"slug": "acme-corp", "name": "Acme Corp"}), 200)
    assert (answer["slug"], answer["host"], answer["name"]) == ("acme-corp", "acme-corp.localhost", "Acme Corp")
    assert body_of(owner.get(URL), 404)["code"] == "tenant_unknown"


@pytest.mark.parametrize(
    ("changes", "errors", "says"),
    [
        ({"slug": "globex"}, [("/slug", "unique")], "already exists"),
        ({"slug": "admin"}, [("/slug", "reserved")], "kept for the product"),
        ({"slug": "-x"}, [("/slug", "invalid")], "Use 1 to 40"),
        ({"slug": "a" * 41}, [("/slug", "invalid")], "Use 1 to 40"),
        ({"slug": ""}, [("/slug", "blank")], "blank"),
        ({"slug": None}, [("/slug", "null")], "null"),
        ({"name": " "}, [("/name", "blank")], "blank"),
        ({"name": "x" * 101}, [("/name", "max_length")], "100"),
        ({"name": "New", "slug": "globex"}, [("/slug", "unique")], "already exists"),
    ],
)
def test_what_cannot_be_is_refused_in_words(changes, errors, says, owner, acme) -> None:
    before = state(acme)
    answer = owner.patch(URL, changes)
    assert errors_of(answer) == errors
    assert says in answer.json()["errors"][0]["detail"]
    assert state(acme) == before


def test_a_domain_from_its_adding_to_its_end(owner, acme, records, settings) -> None:
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "app.acme.test"]
    domain = body_of(owner.post(URL + "/domains", {"host": "App.Acme.test."}), 201)
    challenge = challenge_of(Domain.objects.get())
    record = {"type": "TXT", "name": challenge.name, "value": challenge.value}
    assert domain == {
        "id": Domain.objects.get().pk,
        "host": "app.acme.test",
        "record": record,
        "verified_at": None,
        "created_at": domain["created_at"],
    }
    assert body_of(owner.get(URL + "/domains"), 200)["results"] == [domain]
    verify = f"{URL}/domains/{domain['id']}/verify"

    records[challenge.name] = ["something", "else"]
    problem = body_of(owner.post(verify), 409)
    assert (problem["code"], problem["expected"], problem["found"]) == ("not_verified", record, ["else", "something"])
    assert challenge.value in problem["detail"]
    assert tenant_of_host("app.acme.test") is None

    records[challenge.name] = [challenge.value]
    assert body_of(owner.post(verify), 200)["verified_at"] is not None
    assert body_of(owner.get(URL, headers={"host": "app.acme.test"}), 200)["slug"] == "acme"

    assert owner.delete(f"{URL}/domains/{domain['id']}").status_code == 204
    assert tenant_of_host("app.acme.test") is None
    assert not Domain.objects.exists()


def test_dns_that_gives_no_answer_is_asked_again_later(owner, acme, records) -> None:
    domain = add_domain(acme, host="app.acme.test")
    records[challenge_of(domain).name] = None
    answer = owner.post(f"{URL}/domains/{domain.pk}/verify")
    assert (answer.status_code, answer.json()["code"], answer.headers["Retry-After"]) == (503, "dns_unavailable", "30")
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_domain_that_is_shown_to_be_anothers_stays_theirs(owner, acme, globex, records) -> None:
    theirs, mine = (add_domain(tenant, host="app.acme.test") for tenant in (globex, acme))
    publish(records, theirs)
    verify_domain(theirs)
    publish(records, mine)
    problem = body_of(owner.post(f"{URL}/domains/{mine.pk}/verify"), 409)
    assert (problem["code"], "globex" in problem["detail"].lower()) == ("taken", False)
    assert tenant_of_host("app.acme.test") == globex


def test_no_transaction_is_open_while_dns_is_asked() -> None:
    assert resolve(URL + "/domains/1/verify").func._non_atomic_requests == {"default"}


@pytest.mark.parametrize(
    ("host", "code"),
    [
        ("acme.localhost", "reserved"),
        ("https://app.acme.test", "invalid"),
        ("127.0.0.1", "invalid"),
        ("", "blank"),
        ("a." * 130 + "test", "max_length"),
        ("app.acme.test", "unique"),
    ],
)
def test_a_host_that_cannot_be_is_refused(host, code, owner, acme) -> None:
    add_domain(acme, host="app.acme.test")
    assert errors_of(owner.post(URL + "/domains", {"host": host})) == [("/host", code)]
    assert Domain.objects.count() == 1


def test_whether_another_tenant_has_a_host_is_not_told(owner, globex) -> None:
    theirs = add_domain(globex, host="app.globex.test")
    Domain.objects.filter(pk=theirs.pk).update(verified_at=timezone.now())
    assert owner.post(URL + "/domains", {"host": "app.globex.test"}).status_code == 201


def test_anothers_ids_lead_to_nothing(login, charlie, things, acme, records) -> None:
    stranger = login(charlie, "globex.localhost")
    before = state(acme)
    domain, job = f"{URL}/domains/{things['domain']}", f"{URL}/export/{things['job']}"
    answers = [stranger.delete(domain), stranger.post(domain + "/verify"), stranger.get(job)]
    answers.append(stranger.get(things["link"]))
    assert [body_of(answer, 404)["code"] for answer in answers] == ["not_found"] * 4
    assert stranger.get(URL + "/domains").json()["results"] == []
    assert state(acme) == before
    problem = body_of(stranger.post(URL + "/deletion", {"slug": "acme"}), 400)
    assert "Type 'globex'" in problem["errors"][0]["detail"]
    assert state(acme) == before


def test_only_an_export_is_shown_as_one(owner, acme) -> None:
    with tenant_context(acme):
        job = Job.objects.create(kind="contacts.import")
    assert owner.get(f"{URL}/export/{job.pk}").status_code == 404


def test_a_deletion_is_asked_for_and_cancelled(owner, login, bob, acme) -> None:
    member = login(bob, HOST)
    assert errors_of(owner.post(URL + "/deletion", {"slug": "Acme"})) == [("/slug", "mismatch")]
    assert errors_of(owner.post(URL + "/deletion", {})) == [("/slug", "required")]
    asked = body_of(owner.post(URL + "/deletion", {"slug": "acme"}), 202)
    left = Tenant.objects.get(pk=acme.pk).delete_after - timezone.now()
    assert timedelta(days=29) < left <= timedelta(days=30)
    assert asked["status"] == "deleting"
    assert body_of(owner.post(URL + "/deletion", {"slug": "acme"}), 202) == asked

    assert body_of(member.get("/api/v1/contacts"), 403)["code"] == "tenant_deleting"
    assert body_of(member.get(URL), 200) == asked
    assert body_of(owner.patch(URL, {"name": "X"}), 403)["code"] == "tenant_deleting"
    assert body_of(owner.get(URL + "/domains"), 403)["code"] == "tenant_deleting"
    assert body_of(member.delete(URL + "/deletion"), 403)["code"] == "permission_required"

    kept = body_of(owner.delete(URL + "/deletion"), 200)
    assert (kept["status"], kept["delete_after"]) == ("active", None)
    assert member.get("/api/v1/contacts").status_code == 200
    assert body_of(owner.delete(URL + "/deletion"), 409)["code"] == "not_deleting"


def test_it_is_too_late_once_the_grace_is_over(owner, acme, settings) -> None:
    settings.TENANT_DELETION_GRACE *= 0
    request_deletion(acme, slug="acme", requested_by="alice@acme.test")
    assert body_of(owner.delete(URL + "/deletion"), 409)["code"] == "too_late"
    assert body_of(owner.post(URL + "/export"), 409)["code"] == "too_late"


def test_nobody_opens_a_suspended_tenant_by_deleting_it(owner, acme) -> None:
    suspend_tenant(acme, reason="unpaid")
    assert owner.post(URL + "/deletion", {"slug": "acme"}).status_code == 202
    kept = body_of(owner.delete(URL + "/deletion"), 200)
    assert kept["status"] == Status.SUSPENDED
    assert body_of(owner.get("/api/v1/contacts"), 403)["code"] == "tenant_suspended"


def test_why_a_tenant_is_suspended_is_for_operators(owner, acme) -> None:
    suspend_tenant(acme, reason="unpaid since May")
    answer = owner.get(URL)
    assert body_of(answer, 200)["status"] == "suspended"
    assert b"unpaid" not in answer.content


def test_reading_the_tenant_asks_little(owner, django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(5):
        assert owner.get(URL).status_code == 200
