"""The door across tenants: closed unless somebody says who and why, and that is on record for good."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connections, transaction
from django.test import Client

from accounts.models import User
from conftest import World
from members.models import Member
from tenants.context import current_tenant_or_none, tenant_context
from tenants.fanout import for_each_tenant
from tenants.maintenance import ALIAS, MaintenanceClosed, maintenance
from tenants.models import MaintenanceAccess, Tenant


@pytest.fixture
def alias(committed_db: World) -> Iterator[str]:
    """The door's own connection."""
    before = connections.settings.pop(ALIAS, None)
    connections.settings[ALIAS] = {**connections["default"].settings_dict, "ATOMIC_REQUESTS": False}
    yield ALIAS
    connections[ALIAS].close()
    del connections[ALIAS], connections.settings[ALIAS]
    if before:
        connections.settings[ALIAS] = before


def count(alias: str) -> int:
    return Tenant.objects.using(alias).count()


def test_the_door_is_closed(alias: str) -> None:
    with pytest.raises(MaintenanceClosed, match="is for the inside of"):
        count(alias)


def test_who_goes_through_is_on_record(alias: str, acme: Tenant) -> None:
    with tenant_context(acme), maintenance("Ticket 42", who="ops@acme.test"):
        assert current_tenant_or_none() is None
        access = MaintenanceAccess.objects.get()
        assert (access.who, access.reason, access.ended_at) == ("ops@acme.test", "Ticket 42", None)
        assert count(alias) == 2
        counts = for_each_tenant(lambda tenant: Member.objects.count())
        assert {tenant.slug: number for tenant, number in counts.items()} == {"acme": 3, "globex": 1}
    assert connections[alias].connection is None
    access.refresh_from_db()
    assert access.ended_at is not None
    assert access.ended_at > access.started_at


def test_the_door_closes_behind_a_failure(alias: str) -> None:
    with pytest.raises(ZeroDivisionError), maintenance("Ticket 42", who="ops"):
        raise ZeroDivisionError
    assert MaintenanceAccess.objects.get().ended_at is not None
    with pytest.raises(MaintenanceClosed):
        count(alias)


def test_a_statement_is_refused_on_a_connection_that_is_open(alias: str) -> None:
    connections[alias].connect()
    with pytest.raises(MaintenanceClosed):
        count(alias)


def test_the_door_is_open_for_nobody_else(alias: str) -> None:
    def count_elsewhere() -> int:
        try:
            return count(alias)
        finally:
            connections.close_all()

    with maintenance("Ticket 42", who="ops"), ThreadPoolExecutor(1) as pool, pytest.raises(MaintenanceClosed):
        pool.submit(count_elsewhere).result()


def test_no_rollback_takes_the_record_away(alias: str) -> None:
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"), maintenance("Ticket 42", who="ops"):
        pass
    with maintenance("Ticket 42", who="ops"), transaction.atomic():
        transaction.set_rollback(True)
    assert MaintenanceAccess.objects.count() == 1


@pytest.mark.parametrize(("reason", "who"), [("", "ops"), (" ", "ops"), ("Ticket 42", " ")])
def test_it_wants_a_reason_and_a_name(alias: str, reason: str, who: str) -> None:
    with pytest.raises(ValueError, match="Say why you reach across tenants"), maintenance(reason, who=who):
        pass
    assert not MaintenanceAccess.objects.exists()


def test_without_a_role_of_its_own_there_is_no_door(alias: str) -> None:
    settings = connections.settings.pop(alias)
    with pytest.raises(ImproperlyConfigured, match="set DATABASE_MAINTENANCE_URL"), maintenance("Why", who="ops"):
        pass
    connections.settings[alias] = settings
    assert not MaintenanceAccess.objects.exists()


@pytest.mark.django_db
def test_the_record_can_be_read_and_not_changed(alice: User) -> None:
    access = MaintenanceAccess.objects.create(who="ops@acme.test", reason="Ticket 42")
    User.objects.filter(pk=alice.pk).update(is_staff=True, is_superuser=True)
    client = Client(HTTP_HOST="localhost")
    client.force_login(alice)
    address = "/admin/tenants/maintenanceaccess/"
    assert "Ticket 42" in client.get(address).content.decode()
    assert client.get(f"{address}{access.pk}/change/").status_code == 200
    for refused in ("add/", f"{access.pk}/delete/"):
        assert client.get(address + refused).status_code == 403
    assert client.post(f"{address}{access.pk}/change/", {"who": "x", "reason": "x"}).status_code == 403
