"""Importing a CSV file: the endpoint, the job and what is in the database afterwards."""

from threading import Barrier, Thread

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections

from contacts import imports, services
from contacts.models import Contact
from contacts.services import create_contact
from contacts.tasks import import_contacts
from jobs.models import Job, Upload
from members.models import Member
from tenants.context import tenant_context

HOST = "acme.localhost"
URL = "/api/v1/contacts/import"


@pytest.fixture
def client(login, alice, in_acme):
    return login(alice, HOST)


@pytest.fixture
def send(client, commit):
    """Upload a file, let the worker do its job, and give the answer and the job as the API shows it afterwards."""

    def upload(content, name="contacts.csv"):
        with commit():
            answer = client.post(URL, {"file": SimpleUploadedFile(name, content, "text/csv")}, format="multipart")
        if answer.status_code != 202:
            return answer, None
        return answer, client.get(answer.headers["Location"]).json()

    return upload


def big_file():
    """10,000 rows as a spreadsheet may write them: 9,770 good ones, 200 that repeat one of those, 30 that are bad.

    Gives the file and the lines of the bad rows.
    """
    rows, bad_lines, line = [], [], 2
    for n in range(10_000):
        if n % 333 == 332:  # 30
            row = [f'"Nobody {n}",,,Lost', f'"{n}","x{n}@",,', f'Too,many{n}@x.test,1,"Fields",5'][n % 3]
            bad_lines.append(line)
        elif n % 50 == 49:  # 200
            row = f'"Again {n}","PERSON{n % 7}@x.test",,'
        else:
            row = f'"Person, ""{n}""",person{n}@x.test,+1 {n},"Company {n % 7},\nUnit {n % 5}"'
        rows.append(row)
        line += row.count("\n") + 1
    text = "Name,EMAIL,Phone,Company\n" + "\n".join(rows) + "\n"
    return "﻿".encode() + text.encode(), bad_lines


def test_202_and_a_job_to_follow(send, client):
    answer, job = send(b"name,email\nAnn,ann@x.test\n,bo@x.test\nAnn again,ANN@x.test\n")
    assert answer.status_code == 202
    queued = answer.json()
    assert (queued["kind"], queued["status"], queued["result"], queued["error"]) == (
        "contacts.import", "queued", None, None,
    )  # fmt: skip
    assert queued["progress"] == {"current": 0, "total": None, "percent": None, "message": ""}
    assert answer.headers["Location"] == f"/api/v1/jobs/{queued['id']}"
    assert answer.headers["Retry-After"] == "1"
    assert (job["id"], job["status"], job["error"]) == (queued["id"], "succeeded", None)
    assert job["progress"] == {"current": 3, "total": 3, "percent": 100, "message": ""}
    assert job["result"] == {
        "created": 1, "duplicates": 1, "failed": 1, "errors": [{"line": 3, "reason": "The name is missing."}],
    }  # fmt: skip
    assert job["started_at"] <= job["finished_at"]
    contact = Contact.objects.get()
    assert (contact.name, contact.email) == ("Ann", "ann@x.test")
    assert contact.created_by == Job.objects.get().created_by == Member.objects.get(email="alice@acme.test")
    assert not Upload.objects.exists()


def test_ten_thousand_rows_twice(send):
    content, bad_lines = big_file()
    assert len(bad_lines) == 30
    _, job = send(content)
    result = job["result"]
    assert (result["created"], result["duplicates"], result["failed"]) == (9_770, 200, 30)
    assert [error["line"] for error in result["errors"]] == bad_lines
    assert Contact.objects.count() == 9_770
    contact = Contact.objects.get(email="person4@x.test")
    assert (contact.name, contact.phone, contact.company) == ('Person, "4"', "+1 4", "Company 4,\nUnit 4")
    _, job = send(content)
    assert (job["result"]["created"], job["result"]["duplicates"], job["result"]["failed"]) == (0, 9_970, 30)
    assert Contact.objects.count() == 9_770


def test_two_deliveries_at_once_count_everything_once(committed_db, monkeypatch):
    """Two workers do the same job side by side, batch after batch."""
    monkeypatch.setattr(imports, "BATCH_SIZE", 10)
    content = "name,email\n" + "".join(f"Person {n},{n if n % 10 else ''}@x.test\n" for n in range(200))
    with tenant_context(committed_db.acme):
        job = Job.objects.create(kind="contacts.import")
        Upload.objects.create(job=job, name="contacts.csv", content=content.encode())
    run_at_once(2, committed_db.acme, lambda: import_contacts.apply([str(job.pk)]))
    with tenant_context(committed_db.acme):
        job.refresh_from_db()
        assert (job.status, Contact.objects.count()) == ("succeeded", 180)
        assert (job.result["created"], job.result["duplicates"], job.result["failed"]) == (180, 0, 20)
        assert [error["line"] for error in job.result["errors"]] == list(range(2, 202, 10))


def run_at_once(count, tenant, function):
    barrier = Barrier(count)

    def run():
        with tenant_context(tenant):
            barrier.wait()
            function()
        connections.close_all()

    threads = [Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_contact_that_is_there_stays_as_it_is(send):
    create_contact(created_by=None, name="Ann", email="ann@x.test", company="Zeta")
    _, job = send(b"name,email,company\nOther,Ann@X.test,Else\n")
    assert job["result"] == {"created": 0, "duplicates": 1, "failed": 0, "errors": []}
    assert Contact.objects.values_list("name", "company").get() == ("Ann", "Zeta")


def test_errors_are_listed_up_to_a_limit_and_all_counted(send, monkeypatch):
    monkeypatch.setattr(imports, "BATCH_SIZE", 4)
    monkeypatch.setattr(imports, "MAX_ERRORS", 6)
    _, job = send(b"name,email\n" + b"x,y\n" * 10)
    assert job["result"]["failed"] == 10
    assert [error["line"] for error in job["result"]["errors"]] == [2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize(
    ("content", "code", "detail"),
    [
        (b"", "invalid_file", "The file is empty."),
        (b"name\nAnn\n", "invalid_file", "The first line has to name the columns. It lacks “email”; it has “name”."),
        (b"name,email\nJos\xe9,j@x.test\n", "invalid_file", "The file is not UTF-8: line 2 has the byte 0xE9, which is "
         "not text. Save it as “CSV UTF-8” and upload it again."),
        (b"name,email\n" + b"x" * 200, "too_large", "The file is larger than 0 MB. Split it into smaller ones."),
    ],
)  # fmt: skip
def test_what_cannot_be_imported_is_refused_at_once(send, monkeypatch, content, code, detail):
    monkeypatch.setattr(services, "MAX_FILE_SIZE", 100)
    answer, _ = send(content)
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["errors"] == [{"pointer": "/file", "detail": detail, "code": code}]
    assert not Job.objects.exists()
    assert not Upload.objects.exists()


def test_no_file(client):
    answer = client.post(URL, {}, format="multipart")
    assert answer.status_code == 400
    assert answer.json()["errors"] == [{"pointer": "/file", "detail": "Choose a CSV file.", "code": "required"}]


def test_only_post(client):
    assert client.get(URL).status_code == 405


def test_a_form_without_multipart_is_told_so(client):
    answer = client.post(URL, {"file": "name,email"}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")
