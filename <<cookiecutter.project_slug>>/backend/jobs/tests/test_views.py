"""Following a job over the API."""

import pytest
from django.utils import timezone

from jobs.models import Job
from tenants.context import tenant_context

URL = "/api/v1/jobs"
HOST = "acme.localhost"


@pytest.fixture
def client(login, vera, in_acme):
    return login(vera, HOST)


def test_a_job_and_how_far_it_is(client):
    job = Job.objects.create(
        kind="test", status="running", progress_current=2, progress_total=3, checkpoint={"secret": 1}
    )
    answer = client.get(f"{URL}/{job.pk}")
    assert answer.status_code == 200
    assert answer.headers["Retry-After"] == "1"
    assert answer.json() == {
        "id": str(job.pk),
        "kind": "test",
        "status": "running",
        "progress": {"current": 2, "total": 3, "percent": 66, "message": ""},
        "result": None,
        "error": None,
        "created_at": answer.json()["created_at"],
        "started_at": None,
        "finished_at": None,
    }


@pytest.mark.parametrize(
    ("status", "again"), [("queued", "1"), ("running", "1"), ("succeeded", None), ("failed", None)]
)
def test_ask_again_until_it_has_ended(client, status, again):
    job = Job.objects.create(kind="test", status=status, finished_at=timezone.now())
    assert client.get(f"{URL}/{job.pk}").headers.get("Retry-After") == again


@pytest.mark.parametrize(
    ("current", "total", "percent"), [(0, None, None), (0, 3, 0), (299, 300, 99), (3, 3, 100), (0, 0, 100)]
)
def test_percent(client, current, total, percent):
    job = Job.objects.create(kind="test", progress_current=current, progress_total=total)
    assert client.get(f"{URL}/{job.pk}").json()["progress"]["percent"] == percent


def test_the_newest_first(client):
    jobs = [Job.objects.create(kind=f"test{n}") for n in range(3)]
    answer = client.get(URL)
    assert [job["id"] for job in answer.json()["results"]] == [str(job.pk) for job in reversed(jobs)]


def test_jobs_cannot_be_written(client, login, alice):
    job = Job.objects.create(kind="test")
    owner = login(alice, HOST)
    assert owner.post(URL, {"kind": "x"}).status_code == 405
    assert owner.delete(f"{URL}/{job.pk}").status_code == 405
    assert owner.patch(f"{URL}/{job.pk}", {"status": "failed"}).status_code == 405


@pytest.mark.parametrize("job_id", ["00000000-0000-7000-8000-000000000000", "nonsense", "1"])
def test_a_job_that_is_not_there(client, job_id):
    answer = client.get(f"{URL}/{job_id}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")


def test_not_logged_in(db, client, acme):
    client.logout()
    client.cookies.clear()
    assert client.get(URL).status_code == 401


def test_a_job_of_another_tenant(client, globex):
    with tenant_context(globex):
        job = Job.objects.create(kind="theirs")
    assert client.get(f"{URL}/{job.pk}").status_code == 404
    assert client.get(URL).json()["results"] == []
