"""All files of the current tenant."""

from collections.abc import Iterator

from django.core.files.storage import default_storage


def own_files(folder: str = "") -> Iterator[str]:
    """The names of all files in the tenant's storage, or in one folder of it, in order."""
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:  # no file has been saved yet
        return
    prefix = f"{folder}/" if folder else ""
    yield from (prefix + name for name in sorted(files))
    for name in sorted(folders):
        yield from own_files(prefix + name)
