"""A tenant goes into a file and comes out of it whole, or not at all; the file is the same for every deployment.

`data/tenant.zip` was written by another deployment: two owners and a former member, contacts, a job with its upload,
files.
"""

import hashlib
import io
import json
import zipfile
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from accounts.models import User
from contacts.models import Contact
from jobs.models import Job, Status, Upload
from members.models import Member
from tenants.archive import ArchiveRefused, export_tenant, import_tenant
from tenants.context import tenant_context
from tenants.erasure import erase_tenant
from tenants.models import Membership, Tenant
from tenants.planes import tenant_models
from tenants.transactions import tenant_atomic

GOLDEN = Path(__file__).parent / "data" / "tenant.zip"


@pytest.fixture
def files(settings, tmp_path) -> Path:
    """The folder of all files, for this test alone."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def filled(committed_db, files):
    """Acme has some of everything."""
    with tenant_context(committed_db.acme), tenant_atomic():
        bob = Member.objects.get(email="bob@acme.test")
        Contact.objects.create(name="Ada", email="ada@x.test", created_by=bob)
        Contact.objects.create(name="Bea \N{ROCKET}", email="bea@x.test")
        job = Job.objects.create(kind="x", status=Status.RUNNING, checkpoint={"batches": [1, None]}, created_by=bob)
        Upload.objects.create(job=job, name="a.csv", content=b"\0\xff")
        default_storage.save("logos/logo.png", ContentFile(b"\x89PNG" * 50_000))
        default_storage.save("exports/old.zip", ContentFile(b"an export of before"))
    Membership.objects.get(user=committed_db.vera).delete()
    return committed_db


def exported(tenant: Tenant, path: Path) -> dict:
    with path.open("wb") as target:
        return export_tenant(tenant, target, lambda done, total: None)


def imported(path: Path, **options) -> Tenant:
    return import_tenant(path, lambda done, total: None, **options)


def test_what_went_in_comes_out(filled, tmp_path) -> None:
    archive = tmp_path / "acme.zip"
    manifest = exported(filled.acme, archive)
    with tenant_context(filled.acme):
        before = {str(pk): when for pk, when in Contact.objects.values_list("pk", "updated_at")}
    erase_tenant(filled.acme, requested_by="alice@acme.test", now=True)
    tenant = imported(archive)
    assert sorted(tenant.memberships.values_list("user__email", "role")) == [
        ("alice@acme.test", "owner"),
        ("bob@acme.test", "member"),
    ]
    with tenant_context(tenant):
        assert Contact.objects.get(name="Ada").created_by.email == "bob@acme.test"
        assert Contact.objects.get(name="Ada").created_by_id == tenant.memberships.get(user=filled.bob).pk
        assert {str(pk): when for pk, when in Contact.objects.values_list("pk", "updated_at")} == before
        assert bytes(Upload.objects.get().content) == b"\0\xff"
        assert Member.objects.filter(email="vera@acme.test").exists()
        job = Job.objects.get()
        assert (job.status, job.error["code"], job.checkpoint) == ("failed", "moved", {"batches": [1, None]})
        with default_storage.open("logos/logo.png") as file:
            assert file.read() == b"\x89PNG" * 50_000
        assert not default_storage.exists("exports/old.zip")
    again = exported(tenant, tmp_path / "again.zip")["entries"]
    assert again.pop("rows/jobs.Job.jsonl") != manifest["entries"].pop("rows/jobs.Job.jsonl")
    assert again == manifest["entries"]


def test_every_model_of_the_tenants_is_in_it(filled, tmp_path) -> None:
    entries = exported(filled.acme, tmp_path / "acme.zip")["entries"]
    labels = {f"rows/{model._meta.label}.jsonl" for model in tenant_models()}
    assert labels == {name for name in entries if name.startswith("rows/")}
    assert {"rows/contacts.Contact.jsonl", "rows/members.Member.jsonl"} <= labels
    assert entries["rows/contacts.Contact.jsonl"]["count"] == 2


def test_nothing_of_others_is_in_it(filled, tmp_path) -> None:
    with tenant_context(filled.globex), tenant_atomic():
        Contact.objects.create(name="Canary", email="canary@globex.test")
        default_storage.save("canary.txt", ContentFile(b"canary"))
    exported(filled.acme, tmp_path / "acme.zip")
    with zipfile.ZipFile(tmp_path / "acme.zip") as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist()).lower()
    assert b"canary" not in everything
    assert b"globex" not in everything


def test_an_archive_of_another_deployment(committed_db, files, tmp_path) -> None:
    tenant = imported(GOLDEN)
    with zipfile.ZipFile(GOLDEN) as archive:
        said = json.loads(archive.read("manifest.json"))["entries"]
    assert (said["rows/contacts.Contact.jsonl"]["count"], len(said)) == (3, 7)
    assert exported(tenant, tmp_path / "again.zip")["entries"] == said
    assert not User.objects.get(email="olga@initech.test").has_usable_password()
    assert not User.objects.filter(email="former@initech.test").exists()


def rewritten(source: Path, target: Path, **changes: bytes | None) -> Path:
    """The archive with other content of some entries, or without them."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = changes.get(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
    return target


def broken(target: Path, kind: str) -> Path:
    with zipfile.ZipFile(GOLDEN) as archive:
        entry = archive.read("rows/contacts.Contact.jsonl")
        manifest = json.loads(archive.read("manifest.json"))
    match kind:
        case "no zip":
            target.write_bytes(b"no zip")
        case "cut off":
            target.write_bytes(GOLDEN.read_bytes()[:-500])
        case "changed":
            return rewritten(GOLDEN, target, **{"rows/contacts.Contact.jsonl": entry.replace(b"Ada", b"Eve")})
        case "entry missing":
            return rewritten(GOLDEN, target, **{"rows/contacts.Contact.jsonl": None})
        case "no manifest":
            return rewritten(GOLDEN, target, **{"manifest.json": None})
        case "other format":
            return rewritten(GOLDEN, target, **{"manifest.json": json.dumps({**manifest, "format": 99}).encode()})
        case "does not fit":
            return refers_to_nobody(target)
    return target


def refers_to_nobody(target: Path) -> Path:
    """An archive with right checksums whose upload belongs to no job; it is found out when rows are there already."""
    with zipfile.ZipFile(GOLDEN) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    nothing = {"count": 0, "sha256": hashlib.sha256(b"").hexdigest()}
    manifest["entries"]["rows/jobs.Job.jsonl"] = nothing
    return rewritten(GOLDEN, target, **{"rows/jobs.Job.jsonl": b"", "manifest.json": json.dumps(manifest).encode()})


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("no zip", "is no archive of a tenant"),
        ("cut off", "is no archive of a tenant"),
        ("changed", "rows/contacts.Contact.jsonl is not what it was"),
        ("entry missing", "has not the entries"),
        ("no manifest", "no manifest.json"),
        ("other format", "has the format 99"),
        ("does not fit", "do not fit together"),
    ],
)
def test_a_broken_archive_is_refused_and_leaves_nothing(kind, says, committed_db, files, tmp_path) -> None:
    before = (Tenant.objects.count(), User.objects.count(), Membership.objects.count())
    with pytest.raises(ArchiveRefused, match=says):
        imported(broken(tmp_path / "broken.zip", kind))
    assert (Tenant.objects.count(), User.objects.count(), Membership.objects.count()) == before
    assert [path for path in files.rglob("*") if path.is_file()] == []


def test_operators_export_and_import(filled, tmp_path, capsys) -> None:
    target = tmp_path / "acme.zip"
    call_command("export_tenant", "acme", str(target))
    with pytest.raises(CommandError, match="there already"):
        call_command("export_tenant", "acme", str(target))
    with pytest.raises(CommandError, match="already exists"):
        call_command("import_tenant", str(target))
    erase_tenant(filled.acme, requested_by="alice@acme.test", now=True)
    call_command("import_tenant", str(target), slug="copy")
    shown = capsys.readouterr()
    assert shown.out == f"{target} has 7 rows of 'acme'.\nThe tenant 'copy' is ready.\n"
    assert shown.err.count("100% (8 of 8)\n") == 2


def test_an_archive_names_no_internal_id_of_a_person(filled, tmp_path) -> None:
    target = io.BytesIO()
    export_tenant(filled.acme, target, lambda done, total: None)
    with zipfile.ZipFile(target) as archive:
        people = [json.loads(line) for line in archive.read("members.jsonl").splitlines()]
    assert [(person["id"], person["role"]) for person in people] == [(1, "owner"), (2, "member"), (3, None)]
