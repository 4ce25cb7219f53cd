"""Owners take their tenant's data along: by real jobs, into real files, over links that are good for owners only."""

import io
import json
import os
import zipfile
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from urllib.parse import parse_qs, urlsplit

import pytest
from asgiref.sync import async_to_sync
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connections
from django.test import AsyncClient
from django.utils import timezone

from contacts.models import Contact
from jobs.models import Job
from jobs.services import JobFailed
from jobs.tests.worker import wait_until
from tenants import exports
from tenants.context import tenant_context
from tenants.erasure import erase_tenant
from tenants.exports import KIND, link_to, open_export, write_export
from tenants.files import own_files
from tenants.lifecycle import request_deletion, suspend_tenant
from tenants.models import Role, Tenant
from tenants.services import add_member
from tenants.tasks import remove_expired_exports
from tenants.transactions import tenant_atomic

HOST = "acme.localhost"
URL = "/api/v1/tenant/export"


@pytest.fixture
def media(settings, monkeypatch, tmp_path) -> Path:
    """The folder of all files, for this test and its worker alone."""
    settings.MEDIA_ROOT = tmp_path / "media"
    monkeypatch.setenv("MEDIA_ROOT", str(settings.MEDIA_ROOT))
    return tmp_path / "media"


@pytest.fixture
def filled(committed_db, media):
    """Acme has two contacts and a file, Globex a contact."""
    for tenant, names in ((committed_db.acme, ("Ada", "Bea")), (committed_db.globex, ("Canary",))):
        with tenant_context(tenant), tenant_atomic():
            for name in names:
                Contact.objects.create(name=name, email=f"{name.lower()}@x.test")
    with tenant_context(committed_db.acme):
        default_storage.save("logos/logo.png", ContentFile(b"\x89PNG" * 50_000))
    return committed_db


@pytest.fixture
def owner(filled, login):
    return login(filled.alice, HOST)


def exported(client) -> dict:
    """The result of an export, which is done by the time its start is answered."""
    answer = client.post(URL)
    assert answer.status_code == 202, answer.content
    job = client.get(answer.headers["Location"]).json()
    assert (job["status"], job["error"]) == ("succeeded", None)
    return job["result"]


def content_of(answer) -> bytes:
    assert answer.status_code == 200, answer.content
    return b"".join(answer.streaming_content)


def manifest_of(content: bytes) -> dict:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return json.loads(archive.read("manifest.json"))


def files_in(media: Path) -> list[str]:
    return sorted(path.name for path in media.rglob("*") if path.is_file())


@pytest.mark.parametrize("close", ["suspend", "delete"])
def test_a_closed_tenant_is_exported_by_a_worker_that_others_wait_for(close, filled, owner, start_worker) -> None:
    if close == "suspend":
        suspend_tenant(filled.acme, reason="unpaid")
    else:
        assert owner.post("/api/v1/tenant/deletion", {"slug": "acme"}).status_code == 202
    answer = owner.post(URL)
    job = answer.json()
    assert (answer.status_code, job["kind"], job["status"], job["result"]) == (202, KIND, "queued", None)
    assert (answer.headers["Location"], answer.headers["Retry-After"]) == (f"{URL}/{job['id']}", "1")
    state = owner.get(answer.headers["Location"])
    assert (state.json()["status"], state.headers["Retry-After"]) == ("queued", "1")
    assert owner.get(f"/api/v1/jobs/{job['id']}").status_code == 403

    worker = start_worker()
    wait_until(lambda: owner.get(answer.headers["Location"]).json()["finished_at"], worker)
    ended = owner.get(answer.headers["Location"])
    assert (ended.json()["status"], ended.json()["progress"]["percent"]) == ("succeeded", 100)
    assert "Retry-After" not in ended.headers
    result = ended.json()["result"]
    download = owner.get(result["url"])
    content = content_of(download)
    assert download.headers["Content-Type"] == "application/zip"
    assert int(download.headers["Content-Length"]) == result["size"] == len(content)
    today = timezone.now().date().isoformat()
    assert download.headers["Content-Disposition"] == f'attachment; filename="acme-{today}.zip"'
    assert download.headers["Cache-Control"] == "private, no-store"
    manifest = manifest_of(content)
    assert (manifest["tenant"]["slug"], manifest["entries"]["rows/contacts.Contact.jsonl"]["count"]) == ("acme", 2)
    assert manifest["entries"]["files/logos/logo.png"]["size"] == 200_000
    assert b"canary" not in content.lower()


def test_the_link_is_good_for_owners_only_and_for_no_other_tenant(filled, owner, login) -> None:
    url = exported(owner)["url"]
    with tenant_context(filled.acme):
        [name] = own_files("exports")
    with tenant_context(filled.globex):
        default_storage.save(name, ContentFile(b"Globex has a file of that name, too"))
    add_member(tenant=filled.globex, user=filled.alice, role=Role.OWNER)
    assert content_of(owner.get(url, headers={"accept": "application/zip"}))[:2] == b"PK"
    for person, host, outcome in (
        (filled.bob, HOST, (403, "permission_required")),
        (filled.vera, HOST, (403, "permission_required")),
        (filled.charlie, HOST, (403, "not_a_member")),
        (filled.charlie, "globex.localhost", (404, "not_found")),
        (filled.alice, "globex.localhost", (404, "not_found")),
    ):
        answer = login(person, host).get(url)
        assert (answer.status_code, answer.json()["code"]) == outcome
    owner.cookies.clear()
    assert owner.get(url).status_code == 401


def test_who_is_an_owner_no_more_cannot_use_it(filled, owner) -> None:
    url = exported(owner)["url"]
    filled.alice.memberships.update(role=Role.ADMIN)
    assert owner.get(url).json()["code"] == "permission_required"


def test_a_link_that_was_altered_is_refused(filled, owner, media) -> None:
    url = exported(owner)["url"]
    with tenant_context(filled.acme):
        other = parse_qs(urlsplit(link_to("logos/logo.png")).query)["signature"][0]
    path, signature = url.split("?signature=")
    payload, time, mac = signature.replace("%3A", ":").split(":")
    forged = [
        "",
        "x",
        f"{payload}:{time}",
        f"{payload}:{time}:{mac[:-1]}",
        f"{payload}:{time}:{mac[:-1]}{'A' if mac[-1] != 'A' else 'B'}",
        f"{payload}:{time[:-1]}{'A' if time[-1] != 'A' else 'B'}:{mac}",
        f"{other.split(':')[0]}:{time}:{mac}",
    ]
    for one in forged:
        answer = owner.get(path, {"signature": one})
        assert (answer.status_code, answer.json()["code"]) == (403, "link_invalid"), one
    assert owner.get(path).json()["code"] == "link_invalid"


def test_a_link_ends_and_the_file_goes_with_it(filled, owner, media, settings) -> None:
    result = exported(owner)
    left = timezone.datetime.fromisoformat(result["expires_at"]) - timezone.now()
    assert timedelta(hours=23) < left <= timedelta(days=1)
    assert remove_expired_exports() == 0
    assert len(files_in(media)) == 2
    settings.TENANT_EXPORT_LIFETIME = timedelta(0)
    answer = owner.get(result["url"])
    assert (answer.status_code, answer.json()["code"]) == (410, "link_expired")
    suspend_tenant(filled.acme, reason="unpaid")
    assert remove_expired_exports() == 1
    assert files_in(media) == ["logo.png"]
    settings.TENANT_EXPORT_LIFETIME = timedelta(days=1)
    answer = owner.get(result["url"])
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_only_what_is_old_is_removed_and_of_every_tenant(filled, media) -> None:
    for tenant in (filled.acme, filled.globex):
        with tenant_context(tenant):
            for name, age in (("old.zip", timedelta(hours=25)), ("new.zip", timedelta(hours=23))):
                path = default_storage.path(default_storage.save(f"exports/{name}", ContentFile(b"x")))
                then = (timezone.now() - age).timestamp()
                os.utime(path, (then, then))
    assert remove_expired_exports() == 2
    assert files_in(media) == ["logo.png", "new.zip", "new.zip"]


def test_another_export_is_another_file_and_none_is_in_the_next(filled, owner, media) -> None:
    first, second = exported(owner), exported(owner)
    assert first["url"] != second["url"]
    assert len(files_in(media)) == 3
    names = manifest_of(content_of(owner.get(second["url"])))["entries"]
    assert [name for name in names if name.startswith("files/")] == ["files/logos/logo.png"]


def test_an_export_leaves_no_file_of_a_tenant_that_was_erased_meanwhile(filled, media, monkeypatch) -> None:
    real = exports.export_tenant

    def erased_meanwhile(tenant, target, report):
        real(tenant, target, report)
        with tenant_context(None):
            erase_tenant(Tenant.objects.get(pk=tenant.pk), requested_by="x", now=True)

    monkeypatch.setattr(exports, "export_tenant", erased_meanwhile)
    with tenant_context(filled.acme), pytest.raises(JobFailed, match="too late"):
        write_export(Job(kind=KIND))
    assert files_in(media) == []


def test_an_erasure_waits_for_a_file_that_is_being_saved(filled, media, monkeypatch) -> None:
    erased = Event()

    def erase() -> None:
        erase_tenant(Tenant.objects.get(pk=filled.acme.pk), requested_by="x", now=True)
        erased.set()
        connections.close_all()

    class Slow:
        def save(self, name, content):
            thread.start()
            assert not erased.wait(1)
            return default_storage.save(name, content)

    thread = Thread(target=erase)
    monkeypatch.setattr(exports, "default_storage", Slow())
    with tenant_context(filled.acme):
        exports._keep(filled.acme, "exports/late.zip", io.BytesIO(b"x"))
    thread.join()
    assert erased.is_set()
    assert files_in(media) == []


def test_an_export_is_over_when_the_grace_is(filled, media, settings) -> None:
    settings.TENANT_DELETION_GRACE = timedelta(0)
    request_deletion(filled.acme, slug="acme", requested_by="alice@acme.test")
    with tenant_context(filled.acme), pytest.raises(JobFailed, match="too late"):
        write_export(Job(kind=KIND))
    assert files_in(media) == ["logo.png"]


def test_progress_is_seen_while_the_export_goes_on(filled, media, monkeypatch) -> None:
    """It is written by another connection: the export's own only reads."""
    shown, seen = exports.show_progress, Event()

    def show(*args) -> None:
        shown(*args)
        seen.set()

    def slow(tenant, target, report):
        report(3, 7)
        assert seen.wait(10)
        return {}

    monkeypatch.setattr(exports, "show_progress", show)
    monkeypatch.setattr(exports, "PROGRESS_INTERVAL", timedelta(milliseconds=1))
    monkeypatch.setattr(exports, "export_tenant", slow)
    with tenant_context(filled.acme):
        job = Job.objects.create(kind=KIND, status="running", attempts=3)
        write_export(job)
        job.refresh_from_db()
    assert (job.progress_current, job.progress_total, job.attempts) == (3, 7, 3)


def test_a_file_is_streamed_under_asgi_too(filled, owner, monkeypatch) -> None:
    url = exported(owner)["url"]
    whole = content_of(owner.get(url))
    monkeypatch.setattr("django.core.files.base.File.DEFAULT_CHUNK_SIZE", 1000)

    async def download() -> list[bytes]:
        bearer = f"Bearer {owner.cookies['access'].value}"
        answer = await AsyncClient().get(url, headers={"x-forwarded-host": HOST, "authorization": bearer})
        assert (answer.status_code, answer.is_async) == (200, True)
        return [chunk async for chunk in answer.streaming_content]

    chunks = async_to_sync(download)()
    assert b"".join(chunks) == whole
    assert len(chunks) == -(-len(whole) // 1000)


def test_a_file_is_closed_when_nobody_reads_it_to_its_end(filled, owner, monkeypatch) -> None:
    url = exported(owner)["url"]
    opened = []
    real = open_export

    def remembered(signature):
        opened.append(real(signature))
        return opened[-1]

    monkeypatch.setattr("tenants.views.open_export", remembered)
    answer = owner.get(url)
    next(answer.streaming_content)
    assert not opened[0].closed
    answer.close()
    assert opened[0].closed
