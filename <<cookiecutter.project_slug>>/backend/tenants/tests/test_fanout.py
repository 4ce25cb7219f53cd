"""The same for every tenant: each in its turn, as itself, and the failure of one is no other's."""

from threading import current_thread

import pytest
from django.db import connections

from conftest import World
from members.models import Member
from tenants.context import current_tenant, current_tenant_or_none
from tenants.fanout import for_each_tenant
from tenants.isolation.databases import alias_of
from tenants.models import Tenant


def count(tenant: Tenant) -> tuple[str, int]:
    assert tenant == current_tenant()
    return tenant.slug, Member.objects.count()


@pytest.mark.django_db
def test_each_tenant_is_served_as_itself(acme: Tenant, globex: Tenant) -> None:
    assert for_each_tenant(count) == {acme: ("acme", 3), globex: ("globex", 1)}
    assert for_each_tenant(count, tenants=[globex]) == {globex: ("globex", 1)}
    assert current_tenant_or_none() is None


@pytest.mark.parametrize("parallel", [1, 2])
def test_one_failure_keeps_nobody_from_his_turn(committed_db: World, parallel: int) -> None:
    acme, served = committed_db.acme, []

    def fail_for_acme(tenant: Tenant) -> None:
        if tenant == acme:
            raise ZeroDivisionError
        served.append(tenant.slug)

    with pytest.raises(ExceptionGroup, match="1 of 2 tenants failed") as caught:
        for_each_tenant(fail_for_acme, parallel=parallel)
    (error,) = caught.value.exceptions
    assert (type(error), error.__notes__) == (ZeroDivisionError, ["This happened for the tenant 'acme'."])
    assert served == ["globex"]


def test_threads_share_the_work_and_leave_no_connection_open(committed_db: World) -> None:
    used = []

    def work(tenant: Tenant) -> tuple[str, int]:
        result = count(tenant)
        used.append((current_thread().name, connections[alias_of(tenant)]))
        return result

    found = for_each_tenant(work, parallel=2)
    assert found == {committed_db.acme: ("acme", 3), committed_db.globex: ("globex", 1)}
    assert all(name.startswith("tenants") for name, _ in used)
    assert [connection.connection for _, connection in used] == [None, None]
