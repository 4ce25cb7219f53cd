"""Files: each tenant has its own, a name leads nowhere else, and without a tenant there are none."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from tenants.context import TenantMissing, tenant_context
from tenants.models import Tenant

ACME, GLOBEX = Tenant(pk=1, slug="acme"), Tenant(pk=11, slug="globex")


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: Any) -> Path:
    """The folder of all files, for this test alone."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def save(name: str, content: bytes) -> str:
    return default_storage.save(name, ContentFile(content))


def read(name: str) -> bytes:
    with default_storage.open(name) as file:
        return bytes(file.read())


def test_each_tenant_has_its_own_files(media: Path) -> None:
    for tenant, content in ((ACME, b"acme's"), (GLOBEX, b"globex's")):
        with tenant_context(tenant):
            assert save("logos/logo.png", content) == "logos/logo.png"
    with tenant_context(ACME):
        assert (read("logos/logo.png"), default_storage.size("logos/logo.png")) == (b"acme's", 6)
        assert default_storage.listdir("") == (["logos"], [])
        assert default_storage.listdir("logos") == ([], ["logo.png"])
        default_storage.delete("logos/logo.png")
        assert not default_storage.exists("logos/logo.png")
    assert (media / "tenants/11/logos/logo.png").read_bytes() == b"globex's"
    assert not (media / "tenants/1/logos/logo.png").exists()


def test_a_name_that_is_taken_gets_another(media: Path) -> None:
    with tenant_context(ACME):
        first, second = save("a.txt", b"1"), save("a.txt", b"2")
        assert first == "a.txt" != second
        assert (read(first), read(second)) == (b"1", b"2")


METHODS: list[Callable[[str], object]] = [
    lambda name: default_storage.save(name, ContentFile(b"x")),
    lambda name: default_storage.open(name),
    lambda name: default_storage.open(name, "wb"),
    lambda name: default_storage.delete(name),
    lambda name: default_storage.exists(name),
    lambda name: default_storage.listdir(name),
    lambda name: default_storage.size(name),
    lambda name: default_storage.path(name),
    lambda name: default_storage.url(name),
    lambda name: default_storage.get_available_name(name),
    lambda name: default_storage.get_accessed_time(name),
    lambda name: default_storage.get_created_time(name),
    lambda name: default_storage.get_modified_time(name),
]


@pytest.mark.parametrize("use", METHODS)
@pytest.mark.parametrize("name", ["../11/logo.png", "a/../../11/logo.png", "..\\11\\logo.png", "/etc/passwd", "C:\\x"])
def test_a_name_leads_nowhere_else(name: str, use: Callable[[str], object], media: Path) -> None:
    with tenant_context(GLOBEX):
        save("logo.png", b"globex's")
    with tenant_context(ACME), pytest.raises(SuspiciousFileOperation):
        use(name)
    assert [file.name for file in media.rglob("*") if file.is_file()] == ["logo.png"]


@pytest.mark.parametrize("use", METHODS)
@pytest.mark.parametrize("name", ["logo.png", "tenants/11/logo.png"])
def test_without_a_tenant_there_are_no_files(name: str, use: Callable[[str], object], media: Path) -> None:
    with tenant_context(GLOBEX):
        save("logo.png", b"globex's")
    with pytest.raises(TenantMissing, match="needs a tenant"):
        use(name)
    assert [file.name for file in media.rglob("*") if file.is_file()] == ["logo.png"]


def test_without_a_tenant_there_is_no_list() -> None:
    with pytest.raises(TenantMissing, match="list of files"):
        default_storage.listdir("")


def test_an_address_names_the_tenants_folder(settings: Any) -> None:
    settings.MEDIA_URL = "/media/"
    with tenant_context(GLOBEX):
        assert default_storage.url("logo.png") == "/media/tenants/11/logo.png"
        assert default_storage.path("logo.png").endswith("/tenants/11/logo.png")
        save("logo.png", b"x")
        times = {
            default_storage.get_created_time("logo.png").year,
            default_storage.get_modified_time("logo.png").year,
            default_storage.get_accessed_time("logo.png").year,
        }
    assert len(times) == 1
