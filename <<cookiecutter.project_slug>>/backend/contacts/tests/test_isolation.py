"""Acme never sees or touches what is Globex's, whichever way it asks."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections

from contacts.models import Contact
from contacts.services import create_contact
from contacts.tasks import import_contacts
from jobs.models import Job, Upload
from tenants.context import TenantMissing, tenant_context
from tenants.isolation.databases import alias_of

URL = "/api/v1/contacts"
SECRET = "canary@globex.test"


@pytest.fixture
def theirs(db, globex):
    """A contact of Globex's."""
    with tenant_context(globex):
        return create_contact(created_by=None, name="Canary", email=SECRET, company="Globex")


@pytest.fixture
def client(login, alice, db):
    return login(alice, "acme.localhost")


def unharmed(contact, globex):
    with tenant_context(globex):
        fresh = Contact.objects.get(pk=contact.pk)
    return (fresh.name, fresh.email) == ("Canary", SECRET)


@pytest.mark.parametrize("query", ["", "?search=canary", "?search=globex", "?ordering=email", "?page_size=200"])
def test_not_in_lists(client, theirs, query):
    answer = client.get(URL + query)
    assert (answer.status_code, answer.json()["results"]) == (200, [])


def test_not_by_id(client, theirs, globex):
    url = f"{URL}/{theirs.pk}"
    for answer in (
        client.get(url),
        client.patch(url, {"name": "Mine"}),
        client.put(url, {"name": "Mine", "email": "mine@acme.test"}),
        client.delete(url),
    ):
        assert answer.status_code == 404
        assert SECRET not in answer.content.decode()
    assert unharmed(theirs, globex)


def test_the_same_email_is_free_in_another_tenant(client, theirs, globex):
    answer = client.post(URL, {"name": "Mine", "email": SECRET})
    assert answer.status_code == 201
    assert [contact["name"] for contact in client.get(URL).json()["results"]] == ["Mine"]
    assert unharmed(theirs, globex)


def test_a_tenant_in_the_body_is_nothing_to_go_by(client, acme, theirs, globex):
    body = {"name": "Mine", "email": "mine@acme.test", "tenant": globex.pk, "tenant_id": globex.pk, "id": theirs.pk}
    answer = client.post(URL, body)
    assert answer.status_code == 201
    assert answer.json()["id"] != str(theirs.pk)
    with tenant_context(acme):
        assert Contact.objects.get().email == "mine@acme.test"
    assert unharmed(theirs, globex)


def test_not_by_raw_sql(theirs, acme):
    with tenant_context(acme), connections[alias_of(acme)].cursor() as cursor:
        for sql in (
            "SELECT email FROM contacts_contact",
            "UPDATE contacts_contact SET name = 'Mine' RETURNING email",
            "DELETE FROM contacts_contact RETURNING email",
        ):
            cursor.execute(sql)
            assert cursor.fetchall() == []


def test_not_without_a_tenant(theirs):
    for query in (Contact.objects.all(), Job.objects.all(), Upload.objects.all()):
        with pytest.raises(TenantMissing):
            list(query)


def test_not_the_jobs(client, globex):
    with tenant_context(globex):
        job = Job.objects.create(kind="contacts.import", result={"email": SECRET})
    answer = client.get(f"/api/v1/jobs/{job.pk}")
    assert answer.status_code == 404
    assert client.get("/api/v1/jobs").json()["results"] == []


def test_a_task_cannot_do_the_job_of_another_tenant(acme, globex, db):
    with tenant_context(globex):
        job = Job.objects.create(kind="contacts.import")
        Upload.objects.create(job=job, name="a.csv", content=b"name,email\nCanary,canary@globex.test\n")
    with tenant_context(acme), pytest.raises(Job.DoesNotExist):
        import_contacts.delay(str(job.pk))
    with tenant_context(acme):
        assert not Contact.objects.exists()
    with tenant_context(globex):
        assert Job.objects.get().status == "queued"


def test_an_import_sees_its_own_contacts_only(client, commit, acme, theirs, globex):
    file = SimpleUploadedFile("a.csv", f"name,email\nMine,{SECRET}\n".encode(), "text/csv")
    with commit():
        answer = client.post(f"{URL}/import", {"file": file}, format="multipart")
    job = client.get(answer.headers["Location"]).json()
    assert (job["result"]["created"], job["result"]["duplicates"]) == (1, 0)
    assert unharmed(theirs, globex)
