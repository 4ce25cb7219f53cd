"""A tenant in one file, and a tenant made of such a file, in whatever way either deployment keeps tenants apart.

The file is a zip: `rows/<app>.<Model>.jsonl` has a line for each row, `members.jsonl` who may do what, `files/` the
tenant's files, `manifest.json` how many of each there are, with their SHA-256. UUIDs are kept. A person's number is
their place in `members.jsonl`, and numbers that the database gives out are given out anew, with what refers to them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from json import JSONDecodeError
from pathlib import Path
from typing import IO, Any, cast
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import AutoField, Field, Model
from django.db.models.sql import InsertQuery

from accounts.models import User
from jobs.models import Job, Status
from jobs.services import JobFailed, fail_job
from members.models import Member

from .context import current_tenant, tenant_context
from .custom_roles import TenantRole, role_of_key
from .files import own_files
from .isolation.databases import alias_of
from .models import SYSTEM_ROLES, CustomRole, Membership, Role, Tenant
from .planes import tenant_models
from .services import add_member, create_tenant
from .transactions import tenant_atomic, tenant_snapshot

FORMAT = 1
BATCH = 500
"""Rows that are read or written at a time."""
BATCH_SIZE = 4_000_000
"""Characters of the archive's lines that are written at a time; one that is longer goes alone."""
PEOPLE = "members.jsonl"
KINDS = {dict: "object", str: "text", int: "number", list: "list"}
EXPORTS = "exports"
"""The folder of a tenant's storage where its exports are, which are no part of the next one."""

Report = Callable[[int, int], None]
"""Is told how much is done, and of how much."""


class ArchiveRefused(Exception):
    """The archive cannot be imported. The message says why; nothing was changed."""


def export_tenant(tenant: Tenant, target: IO[bytes], report: Report) -> dict[str, Any]:
    """Write the tenant's archive, a piece at a time, and give its manifest.

    The rows are as they were at one moment, whatever is written meanwhile. A file that is saved or removed meanwhile
    may be in it or not; suspend the tenant first where that matters. Outside of a transaction.
    """
    with tenant_context(tenant), ZipFile(target, "w", ZIP_DEFLATED) as archive:
        names = [name for name in own_files() if not name.startswith(f"{EXPORTS}/")]
        with tenant_snapshot():
            people = list(Member.objects.order_by("pk").values_list("pk", flat=True))
            total = len(names) + sum(model._default_manager.count() for model in tenant_models())
            writer = _Writer(archive, lambda done: report(done, total), {pk: n for n, pk in enumerate(people, start=1)})
            writer.lines(PEOPLE, writer.members(tenant))
            for model in tenant_models():
                writer.lines(f"rows/{model._meta.label}.jsonl", writer.rows(model))
        for name in names:
            writer.file(name)
        manifest = {
            "format": FORMAT,
            "product": settings.SITE_NAME,
            "version": settings.VERSION,
            "tenant": {"name": tenant.name, "slug": tenant.slug, "roles": _custom_roles(tenant)},
            "entries": writer.entries,
        }
        archive.writestr("manifest.json", json.dumps(manifest, indent=2))
    return manifest


def _custom_roles(tenant: Tenant) -> list[dict[str, Any]]:
    """The roles that the tenant has put together, as a manifest says them."""
    roles = CustomRole.objects.filter(tenant=tenant).order_by("key").values("key", "name", "permissions")
    return [dict(role) for role in roles]


class _Writer:
    """Writes the entries of an archive and notes what the manifest says of them."""

    def __init__(self, archive: ZipFile, report: Callable[[int], None], people: dict[int, int]) -> None:
        self.archive, self.report, self.people = archive, report, people
        self.entries: dict[str, dict[str, Any]] = {}
        self.done = 0

    def lines(self, name: str, rows: Iterable[dict[str, Any]]) -> None:
        """An entry of a line for each row."""
        digest, count = hashlib.sha256(), 0
        with self.archive.open(name, "w", force_zip64=True) as entry:
            for count, row in enumerate(rows, start=1):  # noqa: B007  (how many there were)
                line = json.dumps(row, sort_keys=True).encode() + b"\n"
                digest.update(line)
                entry.write(line)
        self.entries[name] = {"count": count, "sha256": digest.hexdigest()}

    def file(self, name: str) -> None:
        """An entry that is a file of the tenant's, unless it has been removed meanwhile."""
        try:
            with default_storage.open(name) as file:
                self._copy(name, file)
        except FileNotFoundError:
            pass
        self._progress()

    def _copy(self, name: str, file: File[Any]) -> None:
        digest, size = hashlib.sha256(), 0
        with self.archive.open(f"files/{name}", "w", force_zip64=True) as entry:
            for chunk in file.chunks():
                digest.update(chunk)
                size += len(chunk)
                entry.write(chunk)
        self.entries[f"files/{name}"] = {"size": size, "sha256": digest.hexdigest()}

    def members(self, tenant: Tenant) -> Iterator[dict[str, Any]]:
        """Everybody who is or was a member; who was has no role."""
        memberships = Membership.objects.filter(tenant=tenant).select_related("custom_role")
        roles = {membership.pk: membership.role_key for membership in memberships}
        for member in Member.objects.order_by("pk"):
            yield {"id": self.people[member.pk], "email": member.email, "role": roles.get(member.pk)}

    def rows(self, model: type[Model]) -> Iterator[dict[str, Any]]:
        """The rows of a model in the order of their ids, some at a time."""
        fields = _fields(model)
        for instance in _in_pages(model):
            yield {field.name: self._value(field, instance) for field in fields}
            self._progress()

    def _value(self, field: Field[Any, Any], instance: Model) -> Any:
        value = field.value_from_object(instance)
        if value is None:
            return None
        return self.people.get(value) if _names_person(field) else field.value_to_string(instance)

    def _progress(self) -> None:
        self.done += 1
        self.report(self.done)


def _insertable(model: type[Model]) -> list[Field[Any, Any]]:
    """What is written of a row, whose it is included."""
    return [field for field in model._meta.concrete_fields if not getattr(field, "generated", False)]


def _in_pages(model: type[Model]) -> Iterator[Model]:
    rows = model._default_manager.order_by("pk")
    page = list(rows[:BATCH])
    while page:
        yield from page
        page = list(rows.filter(pk__gt=page[-1].pk)[:BATCH])


def _fields(model: type[Model]) -> list[Field[Any, Any]]:
    """What a row is in an archive: everything but whose it is, and what the database works out by itself."""
    return [field for field in _insertable(model) if field.related_model is not Tenant]


def _names_person(field: Field[Any, Any]) -> bool:
    return field.related_model is Member or (field.model is Member and field.primary_key)


def import_tenant(path: Path, report: Report, *, slug: str | None = None) -> Tenant:
    """Make a tenant of an archive: all or nothing. Without `slug` it keeps the one that it had.

    People are known by their email; who has no account gets one without a password. Raises ArchiveRefused, and
    ValidationError for a slug that is taken.
    """
    try:
        with ZipFile(path) as archive:
            manifest = _verified(archive)
            reader = _Reader(archive, manifest, report)
            with _without_files_on_failure(reader), transaction.atomic():
                return reader.make_tenant(slug or manifest["tenant"]["slug"])
    except BadZipFile as error:
        raise ArchiveRefused(f"{path.name} is no archive of a tenant, or is damaged.") from error
    except IntegrityError as error:
        raise ArchiveRefused(f"The rows of {path.name} do not fit together: {error}") from error
    except (JSONDecodeError, UnicodeDecodeError) as error:
        raise ArchiveRefused(f"Something in {path.name} is not the JSON that it must be: {error}") from error
    except SuspiciousFileOperation as error:
        raise ArchiveRefused(f"A file of {path.name} has a name that is none: {error}") from error


@contextmanager
def _without_files_on_failure(reader: _Reader) -> Iterator[None]:
    """Files are in no transaction: what was saved before one failed is removed."""
    try:
        yield
    except BaseException:
        with tenant_context(reader.tenant):
            for name in list(own_files()) if reader.tenant else ():
                default_storage.delete(name)
        raise


def _verified(archive: ZipFile) -> dict[str, Any]:
    """The manifest of an archive whose every entry is what the manifest says."""
    names = archive.namelist()
    if "manifest.json" not in names:
        raise ArchiveRefused("The archive has no manifest.json: it is no archive of a tenant, or not all of one.")
    manifest: dict[str, Any] = json.loads(archive.read("manifest.json"))
    _require_all_of(manifest)
    if sorted(names) != sorted([*manifest["entries"], "manifest.json"]):
        raise ArchiveRefused("The archive has not the entries that its manifest names.")
    for name, said in manifest["entries"].items():
        if _sha256(archive, name) != said["sha256"]:
            raise ArchiveRefused(f"The archive's {name} is not what it was when it was written.")
    return manifest


def _require_all_of(manifest: Any) -> None:
    """Refuse a manifest of another format, or one that says too little."""
    found = manifest.get("format") if isinstance(manifest, dict) else None
    if found != FORMAT:
        raise ArchiveRefused(f"The archive has the format {found}; this version reads {FORMAT}.")
    _require(manifest, "manifest.json", tenant=dict, entries=dict)
    _require(manifest["tenant"], "manifest.json, under 'tenant',", name=str, slug=str)
    for role in _roles_in(manifest):
        _require(role, "manifest.json, under 'roles',", key=str, name=str, permissions=list)
    entries = manifest["entries"]
    _require(entries, "manifest.json, under 'entries',", **dict.fromkeys([PEOPLE, *entries], dict))
    for name, said in entries.items():
        _require(said, f"manifest.json, under '{name}',", sha256=str)
        if name.endswith(".jsonl"):
            _require(said, f"manifest.json, under '{name}',", count=int)


def _roles_in(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    """The tenant's own roles; an archive of before there were such has none."""
    roles: list[dict[str, Any]] = manifest["tenant"].get("roles", [])
    return roles


def _require(found: dict[str, Any], where: str, **kinds: type) -> None:
    """Refuse an object of the archive's that has not all of these, each of its kind."""
    for key, kind in kinds.items():
        if not isinstance(found.get(key), kind):
            raise ArchiveRefused(f"The archive's {where} has no '{key}', or it is no {KINDS[kind]}.")


def _sha256(archive: ZipFile, name: str) -> str:
    with archive.open(name) as entry:
        return hashlib.file_digest(cast(Any, entry), "sha256").hexdigest()


class _Reader:
    """Makes a tenant of an archive whose checksums are right."""

    def __init__(self, archive: ZipFile, manifest: dict[str, Any], report: Report) -> None:
        self.archive, self.entries, self.name = archive, manifest["entries"], manifest["tenant"]["name"]
        self.roles = _roles_in(manifest)
        self.report, self.done = report, 0
        self.tenant: Tenant | None = None
        self.total = sum(said.get("count", 1) for name, said in self.entries.items() if name != PEOPLE)
        self.ids: dict[type[Model], dict[Any, Any]] = {Member: {}}
        """New ids by the archive's, for those that are not kept."""

    def make_tenant(self, slug: str) -> Tenant:
        """Make the tenant, its people, rows and files."""
        people = list(self._people())
        owner = next((person for person in people if person["role"] == Role.OWNER), None)
        if owner is None:
            raise ArchiveRefused("The archive names no owner.")
        user, _ = _account(owner["email"])
        self.tenant = tenant = create_tenant(name=self.name, owner=user, slug=slug)
        self.ids[Member][owner["id"]] = tenant.memberships.get(user=user).pk
        CustomRole.objects.bulk_create(CustomRole(tenant=tenant, **_role(said)) for said in self.roles)
        for person in people:
            if person is not owner:
                self.ids[Member][person["id"]] = _admit(tenant, person)
        with tenant_context(tenant):
            self._rows_and_files()
        return tenant

    def _people(self) -> Iterator[dict[str, Any]]:
        for person in (_parsed(PEOPLE, line) for line in self._lines(PEOPLE)):
            _require(person, PEOPLE, id=int, email=str)
            if person.get("role") not in (None, *SYSTEM_ROLES, *(role["key"] for role in self.roles)):
                raise ArchiveRefused(f"The archive's {PEOPLE} names the role {person['role']}, which nobody has here.")
            yield {"role": None, **person}

    def _rows_and_files(self) -> None:
        models = {f"rows/{model._meta.label}.jsonl": model for model in tenant_models()}
        unknown = [name for name in self.entries if name.startswith("rows/") and name not in models]
        if unknown:
            raise ArchiveRefused(f"This product has nothing to put the archive's {unknown[0]} into.")
        with tenant_atomic():
            for name in models:
                if name in self.entries:
                    self._insert(models[name], name)
            _end_jobs()
        for name in self.entries:
            if name.startswith("files/"):
                self._file(name)

    def _insert(self, model: type[Model], name: str) -> None:
        write = self._update if model is Member else self._create
        for lines in _batches(self._lines(name)):
            write(model, [self._instance(model, _parsed(name, line)) for line in lines])
            self._progress(len(lines))

    def _update(self, model: type[Model], instances: list[Model]) -> None:
        """Who is or was a member has been admitted: the rows are there."""
        fields = [field.name for field in _fields(model) if not field.primary_key]
        model._default_manager.using(alias_of(current_tenant())).bulk_update(instances, fields)

    def _create(self, model: type[Model], instances: list[Model]) -> None:
        """Insert the rows with one statement.

        Raw, as no `bulk_create` does it: what Django would set by itself, such as the time of the last change, stays
        as it was.
        """
        key = model._meta.pk
        given = isinstance(key, AutoField)
        fields = [field for field in _insertable(model) if not (given and field.primary_key)]
        query = InsertQuery(model)
        query.insert_values(fields, instances, raw=True)
        made = query.get_compiler(using=alias_of(current_tenant())).execute_sql([key] if given else None)
        if given:
            self.ids[model] |= {old.pk: new for old, (new,) in zip(instances, made, strict=True)}

    def _instance(self, model: type[Model], row: dict[str, Any]) -> Model:
        if isinstance(model._meta.pk, AutoField):
            self.ids.setdefault(model, {})
        fields = {field.name: field for field in _fields(model)}
        if row.keys() != fields.keys():
            differing = ", ".join(sorted(row.keys() ^ fields.keys()))
            raise ArchiveRefused(f"{model._meta.label} of the archive and of this product differ in: {differing}.")
        values = {field.attname: self._value(field, row[name]) for name, field in fields.items()}
        return model(**values)

    def _value(self, field: Field[Any, Any], value: Any) -> Any:
        if value is None:
            return None
        target = Member if _names_person(field) else field.related_model
        if target in self.ids:
            return self._new_id(target, field.to_python(value))
        return field.to_python(value)

    def _new_id(self, model: type[Model], old: Any) -> Any:
        if old not in self.ids[model]:
            raise ArchiveRefused(f"The archive refers to a {model._meta.label} {old}, which is not in it.")
        return self.ids[model][old]

    def _file(self, name: str) -> None:
        with self.archive.open(name) as entry:
            default_storage.save(name.removeprefix("files/"), File(entry))
        self._progress(1)

    def _lines(self, name: str) -> Iterator[bytes]:
        with self.archive.open(name) as entry:
            yield from entry

    def _progress(self, done: int) -> None:
        self.done += done
        self.report(self.done, self.total)


def _batches(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    """As many lines at a time as one statement can well take."""
    batch, size = list[bytes](), 0
    for line in lines:
        batch.append(line)
        size += len(line)
        if len(batch) == BATCH or size >= BATCH_SIZE:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _parsed(name: str, line: bytes) -> dict[str, Any]:
    row = json.loads(line)
    if not isinstance(row, dict):
        raise ArchiveRefused(f"The archive's {name} has a line that is no object.")
    return row


def _account(email: str) -> tuple[User, bool]:
    found = User.objects.filter(email=email.strip().lower()).first()
    return (found, False) if found else (User.objects.create_user(email), True)


def _role(said: dict[str, Any]) -> dict[str, Any]:
    return {name: said[name] for name in ("key", "name", "permissions")}


def _admit(tenant: Tenant, person: dict[str, Any]) -> int:
    """Make the person a member and give the id. Who was one and is no more leaves again at once: the id remains."""
    user, is_new = _account(person["email"])
    role = cast(TenantRole, role_of_key(tenant, person["role"] or Role.VIEWER))  # _people has looked
    membership = add_member(tenant=tenant, user=user, role=role.role, custom_role=role.custom)
    number = membership.pk
    if person["role"] is None:
        membership.delete()
        if is_new:
            user.delete()
    return number


def _end_jobs() -> None:
    """No worker here knows of a job that had not ended where the tenant came from."""
    detail = "The job was interrupted when the company's data moved here. Please start it again."
    for job in Job.objects.exclude(status__in=(Status.SUCCEEDED, Status.FAILED)):
        fail_job(job.pk, JobFailed("moved", detail))
