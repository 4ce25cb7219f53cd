"""A second server for tenants' databases, and a tenant to move there."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import environ
import pytest
from django.conf import settings

from accounts.models import User
from conftest import World
from dev import binaries, postgres
from dev.processes import Processes
from dev.project import Project
from dev.state import StateFile
from tenants.isolation.moving import move
from tenants.isolation.provisioning import deprovision, remove_orphans
from tenants.models import Tenant
from tenants.services import create_tenant


@pytest.fixture(autouse=True)
def nothing_from_before(committed_db: World) -> None:
    """Databases that a test run left, when it was killed itself, are not this one's."""
    remove_orphans()


@pytest.fixture(scope="module")
def second_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VENV", sys.prefix)
        project = Project(tmp_path_factory.mktemp("second"))
        patch.setenv("PATH", str(binaries.postgres(project)), prepend=":")
        processes = Processes(StateFile(project.var / "state.json"), project.logs)
        try:
            yield postgres.start(processes, project, project.var / "postgres", "second", throw_away=True)
        finally:
            processes.end_all()


@pytest.fixture
def eu(committed_db: object, second_server: dict[str, str]) -> Iterator[None]:
    """A second real server is known as `eu`, until the world is made anew."""
    users = {"default": second_server["DATABASE_URL"], "owner": second_server["DATABASE_OWNER_URL"]}
    here = settings.DATABASES["owner"]
    server = {user: {**here, **environ.Env.db_url_config(url), "ENGINE": here["ENGINE"]} for user, url in users.items()}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings.DATABASES, "servers", {"eu": server})
        patch.setattr(settings, "TENANT_SERVERS", {"eu": {}})
        yield


@pytest.fixture
def initech(eu: None, alice: User) -> Iterator[Tenant]:
    tenant = create_tenant(name="Initech", slug="initech", owner=alice)
    move(tenant, "")
    yield tenant
    deprovision(tenant)
    tenant.delete()
