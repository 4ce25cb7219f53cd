"""A tenant goes into a file and comes out of it whole, or not at all; the file is the same for every deployment.

`data/tenant.zip` was written by another deployment: two owners and a former member, contacts, a job with its upload,
an event of the log, files.
"""

import hashlib
import io
import json
import zipfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import InternalError, connections

from accounts.models import User
from contacts.models import Contact
from jobs.models import Job, Status, Upload
from members.models import Member
from tenants import archive as archives
from tenants.archive import ArchiveRefused, export_tenant, import_tenant
from tenants.context import current_tenant, tenant_context
from tenants.erasure import erase_tenant
from tenants.isolation.databases import alias_of
from tenants.models import CustomRole, Membership, Role, Tenant
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
    sales = CustomRole.objects.create(
        tenant=committed_db.acme, key="sales", name="Sales", permissions=["contacts.write", "gone.away"]
    )
    Membership.objects.filter(user=committed_db.bob).update(role=Role.CUSTOM, custom_role=sales)
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
    assert {member.user.email: member.role_key for member in tenant.memberships.all()} == {
        "alice@acme.test": "owner",
        "bob@acme.test": "sales",
    }
    assert tenant.custom_roles.values("name", "permissions").get() == {
        "name": "Sales",
        "permissions": ["contacts.write", "gone.away"],
    }
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
    assert (said["rows/contacts.Contact.jsonl"]["count"], len(said)) == (3, 8)
    again = exported(tenant, tmp_path / "again.zip")["entries"]
    assert {name: entry for name, entry in again.items() if name in said} == said
    assert {entry["count"] for name, entry in again.items() if name not in said} <= {0}  # apps that came later
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
        case "no JSON":
            return rewritten(GOLDEN, target, **{"manifest.json": b"{"})
        case "no object":
            return with_people(target, b"[]\n")
        case "no such role":
            return with_people(target, b'{"id": 1, "email": "olga@initech.test", "role": "boss"}\n')
        case "role of another tenant":
            return with_people(target, b'{"id": 1, "email": "olga@initech.test", "role": "custom"}\n')
        case "half a role":
            manifest["tenant"]["roles"] = [{"key": "sales", "name": "Sales"}]
            return rewritten(GOLDEN, target, **{"manifest.json": json.dumps(manifest).encode()})
        case "no email":
            return with_people(target, b'{"id": 1, "role": "owner"}\n')
        case "leads elsewhere":
            return with_entry(target, "files/../../x.txt", b"x")
        case "does not fit":
            return refers_to_nobody(target)
    return target


def refers_to_nobody(target: Path) -> Path:
    """An archive whose upload belongs to no job; it is found out when rows are there already."""
    return with_entry(target, "rows/jobs.Job.jsonl", b"")


def with_people(target: Path, lines: bytes) -> Path:
    return with_entry(target, "members.jsonl", lines)


def with_entry(target: Path, name: str, content: bytes) -> Path:
    """An archive with this entry, new or in the place of another, and the right checksum of it."""
    with zipfile.ZipFile(GOLDEN) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    said = {"count": content.count(b"\n"), "sha256": hashlib.sha256(content).hexdigest()}
    is_new = name not in manifest["entries"]
    manifest["entries"][name] = said
    rewritten(GOLDEN, target, **{name: content, "manifest.json": json.dumps(manifest).encode()})
    if is_new:
        with zipfile.ZipFile(target, "a") as archive:
            archive.writestr(name, content)
    return target


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("no zip", "is no archive of a tenant"),
        ("cut off", "is no archive of a tenant"),
        ("changed", "rows/contacts.Contact.jsonl is not what it was"),
        ("entry missing", "has not the entries"),
        ("no manifest", "no manifest.json"),
        ("other format", "has the format 99"),
        ("no JSON", "is not the JSON"),
        ("no object", "members.jsonl has a line that is no object"),
        ("no such role", "the role boss, which nobody has"),
        ("role of another tenant", "the role custom, which nobody has"),
        ("half a role", "under 'roles', has no 'permissions', or it is no list"),
        ("no email", "members.jsonl has no 'email', or it is no text"),
        ("leads elsewhere", "has a name that is none"),
        ("does not fit", "do not fit together"),
    ],
)
def test_a_broken_archive_is_refused_and_leaves_nothing(kind, says, committed_db, files, tmp_path) -> None:
    before = (Tenant.objects.count(), User.objects.count(), Membership.objects.count())
    with pytest.raises(ArchiveRefused, match=says):
        imported(broken(tmp_path / "broken.zip", kind))
    assert (Tenant.objects.count(), User.objects.count(), Membership.objects.count()) == before
    assert [path for path in files.rglob("*") if path.is_file()] == []


MANIFEST = {
    "format": 1,
    "tenant": {"name": "Initech", "slug": "initech"},
    "entries": {"members.jsonl": {"count": 0, "sha256": hashlib.sha256(b"").hexdigest()}},
}


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("format", "has the format None"),
        ("tenant", "manifest.json has no 'tenant', or it is no object"),
        ("tenant.name", "under 'tenant', has no 'name', or it is no text"),
        ("tenant.slug", "under 'tenant', has no 'slug', or it is no text"),
        ("entries", "manifest.json has no 'entries', or it is no object"),
        ("entries.members.jsonl", "under 'entries', has no 'members.jsonl', or it is no object"),
        ("entries.members.jsonl.sha256", "under 'members.jsonl', has no 'sha256', or it is no text"),
        ("entries.members.jsonl.count", "under 'members.jsonl', has no 'count', or it is no number"),
    ],
)
@pytest.mark.parametrize("instead", [None, 1.5])
def test_a_manifest_that_says_too_little_is_refused(path, says, instead, db, tmp_path) -> None:
    manifest = json.loads(json.dumps(MANIFEST))
    section = manifest
    *sections, key = path.replace("members.jsonl", "members").split(".")
    for name in sections:
        section = section[name.replace("members", "members.jsonl")]
    section[key.replace("members", "members.jsonl")] = instead
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("manifest.json", json.dumps(manifest))
        archive.writestr("members.jsonl", b"")
    with pytest.raises(ArchiveRefused, match=says.replace("None", str(instead))):
        imported(tmp_path / "a.zip")


def test_the_rows_are_those_of_one_moment(filled, tmp_path) -> None:
    """Somebody writes while the export reads: nothing of that is in it."""

    def write(done: int, total: int) -> None:
        if done == 1:
            with ThreadPoolExecutor(1) as pool:
                pool.submit(add_contact, filled.acme).result()

    with (tmp_path / "acme.zip").open("wb") as target:
        entries = export_tenant(filled.acme, target, write)["entries"]
    assert entries["rows/contacts.Contact.jsonl"]["count"] == 2
    with tenant_context(filled.acme):
        assert Contact.objects.filter(name="Late").exists()
        Contact.objects.create(name="The connection writes again")


def add_contact(tenant: Tenant) -> None:
    with tenant_context(tenant):
        Contact.objects.create(name="Late", email="late@x.test")
    connections.close_all()


def test_an_export_writes_no_row(filled, tmp_path) -> None:
    def write(done: int, total: int) -> None:
        Contact.objects.create(name="Mine", email="mine@x.test")

    with (tmp_path / "acme.zip").open("wb") as target, pytest.raises(InternalError, match="read-only transaction"):
        export_tenant(filled.acme, target, write)
    with tenant_context(filled.acme):
        assert Contact.objects.count() == 2


def test_a_snapshot_is_no_part_of_another_transaction(filled) -> None:
    with tenant_context(filled.acme), tenant_atomic(), pytest.raises(RuntimeError, match="a transaction of its own"):
        export_tenant(filled.acme, io.BytesIO(), lambda done, total: None)


def test_a_file_that_goes_meanwhile_is_left_out(filled, tmp_path) -> None:
    def remove(done: int, total: int) -> None:
        default_storage.delete("logos/logo.png")

    with (tmp_path / "acme.zip").open("wb") as target:
        manifest = export_tenant(filled.acme, target, remove)
    assert not [name for name in manifest["entries"] if name.startswith("files/")]
    erase_tenant(filled.acme, requested_by="alice@acme.test", now=True)
    imported(tmp_path / "acme.zip")


def test_rows_go_in_many_at_a_time(committed_db, files, tmp_path) -> None:
    row = (
        b'{"company": "", "created_at": "2026-01-02T03:04:05Z", "created_by": null, "email": "%d@x.test", "id": '
        b'"019abf5c-7a41-7c3e-9d1f-%012d", "name": "N", "phone": "", "updated_at": "2026-01-02T03:04:05Z"}\n'
    )
    rows = b"".join(row % (number, number) for number in range(1200))
    statements = []

    def note(execute, sql, params, many, context):
        statements.append(sql)
        return execute(sql, params, many, context)

    with ExitStack() as stack:

        def report(done: int, total: int) -> None:
            if done == 3:  # the people are in: the tenant's rows have a connection
                stack.enter_context(connections[alias_of(current_tenant())].execute_wrapper(note))

        archive = with_entry(tmp_path / "many.zip", "rows/contacts.Contact.jsonl", rows)
        tenant = import_tenant(archive, report)
    assert sum(sql.startswith('INSERT INTO "contacts_contact"') for sql in statements) == 3
    with tenant_context(tenant):
        when = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
        assert Contact.objects.filter(created_at=when, updated_at=when).count() == 1200


def test_a_batch_has_a_size_that_a_statement_can_take() -> None:
    lines = [b"x" * 3_000_000] * 3 + [b"y"] * 501
    assert [len(batch) for batch in archives._batches(lines)] == [2, 500, 2]


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
    assert [(person["id"], person["role"]) for person in people] == [(1, "owner"), (2, "sales"), (3, None)]
