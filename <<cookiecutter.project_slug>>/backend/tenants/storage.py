"""Files of a tenant's own, wherever files are kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import PurePosixPath
from typing import IO, Any

from django.core.exceptions import SuspiciousFileOperation
from django.core.files import File
from django.core.files.storage import Storage, storages
from django.utils.deconstruct import deconstructible

from .context import TenantMissing, current_tenant_or_none


@deconstructible
class TenantStorage(Storage):
    """Another storage, of which each tenant sees the folder `tenants/<id>/` only, as if that was all.

    So a name that is kept in a row says nothing about the tenant, and is true in another deployment, too. Every
    method raises TenantMissing without a tenant, and SuspiciousFileOperation for a name that leads out of the folder.
    """

    def __init__(self, storage: Mapping[str, Any]) -> None:
        self.storage = storages.create_storage(dict(storage))

    def _open(self, name: str, mode: str = "rb") -> File[Any]:
        return self.storage.open(_own(name), mode)

    def _save(self, name: str, content: File[Any] | IO[Any]) -> str:
        return self.storage.save(_own(name), content).removeprefix(_folder(name))

    def path(self, name: str) -> str:
        """Where the file is on the local disk. Raises NotImplementedError where it is elsewhere."""
        return self.storage.path(_own(name))

    def delete(self, name: str) -> None:
        """Remove the file. It is no error if there is none."""
        self.storage.delete(_own(name))

    def exists(self, name: str) -> bool:
        """Has the tenant a file of this name?"""
        return self.storage.exists(_own(name))

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        """The folders and the files in a folder of the tenant's; "" is all of it."""
        return self.storage.listdir(_own(path) if path else _folder("The list of files"))

    def size(self, name: str) -> int:
        """Bytes."""
        return self.storage.size(_own(name))

    def url(self, name: str | None) -> str:
        """The address that the storage gives the file: whoever serves that has to ask whose it is."""
        return self.storage.url(_own(name or ""))

    def get_accessed_time(self, name: str) -> datetime:
        """When the file was read last."""
        return self.storage.get_accessed_time(_own(name))

    def get_created_time(self, name: str) -> datetime:
        """When the file was made."""
        return self.storage.get_created_time(_own(name))

    def get_modified_time(self, name: str) -> datetime:
        """When the file was written last."""
        return self.storage.get_modified_time(_own(name))


def _own(name: str) -> str:
    """The name as the storage below knows it."""
    path = PurePosixPath(name.replace("\\", "/"))
    if not path.name or path.is_absolute() or ".." in path.parts or "\0" in name or ":" in path.parts[0]:
        raise SuspiciousFileOperation(f"The file name {name!r} does not stay in the tenant's folder.")
    return f"{_folder(f'The file {name!r}')}{path}"


def _folder(what: str) -> str:
    tenant = current_tenant_or_none()
    if tenant is None:
        raise TenantMissing(what)
    return f"tenants/{tenant.pk}/"
