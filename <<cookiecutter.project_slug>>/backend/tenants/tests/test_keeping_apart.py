"""No query, cache entry or statement of one tenant reaches a row of another, and without a tenant none at all."""

from collections.abc import Callable
from typing import Any

import pytest
import redis
from django.conf import settings
from django.core.cache import cache, caches
from django.db import DatabaseError, DataError, connections, transaction
from django.db.models import QuerySet
from django.test import TestCase

from accounts.models import User
from members.models import Member
from tenants.checks import check_planes
from tenants.context import TenantMissing, current_tenant, tenant_context
from tenants.isolation.databases import alias_of
from tenants.models import Membership, Role, Tenant
from tenants.services import add_member
from tenants.transactions import on_tenant_commit, tenant_atomic

pytestmark = pytest.mark.django_db

ACMES = ["alice@acme.test", "bob@acme.test", "vera@acme.test"]
GLOBEXES = ["charlie@globex.test"]


def emails(queryset: QuerySet[Member] | None = None) -> list[str]:
    rows = Member.objects.all() if queryset is None else queryset
    return sorted(rows.values_list("email", flat=True))


def raw_emails(tenant: Tenant) -> list[str]:
    """What SQL without any WHERE sees on the connection that the current tenant's code would use."""
    with connections[alias_of(tenant)].cursor() as cursor:
        cursor.execute("SELECT email FROM members_member ORDER BY email")
        return [row[0] for row in cursor.fetchall()]


def charlies_pk(globex: Tenant) -> int:
    with tenant_context(globex):
        return Member.objects.get().pk


def test_each_tenant_sees_its_own(acme: Tenant, globex: Tenant) -> None:
    with tenant_context(acme):
        assert emails() == ACMES
    with tenant_context(globex):
        assert emails() == GLOBEXES


def test_sql_without_a_condition_sees_its_own(acme: Tenant, globex: Tenant) -> None:
    with tenant_context(acme):
        assert raw_emails(acme) == ACMES
    with tenant_context(globex):
        assert raw_emails(globex) == GLOBEXES


def test_switching_inside_a_transaction_takes_effect_at_once(acme: Tenant, globex: Tenant) -> None:
    with tenant_context(acme), tenant_atomic():
        assert raw_emails(acme) == ACMES
        with tenant_context(globex):
            assert raw_emails(globex) == GLOBEXES
        assert raw_emails(acme) == ACMES


def test_a_savepoint_rollback_does_not_bring_another_tenant_back(acme: Tenant, globex: Tenant) -> None:
    def fail_after_a_visit() -> None:
        with tenant_atomic():
            with tenant_context(globex):
                emails()
            raise ZeroDivisionError

    with tenant_context(acme):
        with pytest.raises(ZeroDivisionError):
            fail_after_a_visit()
        assert raw_emails(acme) == ACMES


def test_an_error_of_one_tenant_is_rolled_back_as_another(acme: Tenant, globex: Tenant) -> None:
    """After an error PostgreSQL takes nothing but the rollback, so naming another tenant before it would fail."""

    def fail_on_a_visit() -> None:
        with tenant_atomic(), tenant_context(globex), connections[alias_of(globex)].cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.execute("SELECT 1/0")

    with tenant_context(acme):
        with pytest.raises(DataError, match="division by zero"):
            fail_on_a_visit()
        assert raw_emails(acme) == ACMES


@pytest.mark.parametrize(
    "touch",
    [
        lambda pk: Member.objects.filter(pk=pk).update(name="Mallory"),
        lambda pk: Member.objects.filter(pk=pk).delete()[0],
        lambda pk: Member.objects.filter(pk=pk).count(),
    ],
)
def test_another_tenants_row_cannot_be_touched(acme: Tenant, globex: Tenant, touch: Callable[[int], int]) -> None:
    pk = charlies_pk(globex)
    with tenant_context(acme):
        assert touch(pk) == 0
    with tenant_context(globex):
        assert Member.objects.get().name == "Charlie"


def test_another_tenants_row_is_not_found(acme: Tenant, globex: Tenant) -> None:
    pk = charlies_pk(globex)
    with tenant_context(acme), pytest.raises(Member.DoesNotExist):
        Member.objects.get(pk=pk)


def test_a_query_may_be_built_without_a_tenant_and_not_run(acme: Tenant) -> None:
    queryset = Member.objects.order_by("email")
    with pytest.raises(TenantMissing):
        list(queryset)
    with tenant_context(acme):
        assert emails(queryset.all()) == ACMES


@pytest.mark.parametrize(
    "run",
    [
        lambda: Member.objects.count(),
        lambda: Member.objects.exists(),
        lambda: Member.objects.first(),
        lambda: Member.objects.update(name="x"),
        lambda: Member.objects.all().delete(),
        lambda: Member.objects.create(pk=99, email="mallory@acme.test"),
        lambda: Member.objects.bulk_create([Member(pk=99, email="mallory@acme.test")]),
        lambda: tenant_atomic(),
        lambda: on_tenant_commit(print),
    ],
)
def test_without_a_tenant_nothing_runs(run: Callable[[], object]) -> None:
    with pytest.raises(TenantMissing):
        run()


@pytest.mark.parametrize("alias", ["default"])
def test_without_a_tenant_sql_sees_nothing(alias: str) -> None:
    try:
        with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
            cursor.execute("SELECT * FROM members_member")
            rows = cursor.fetchall()
    except DatabaseError as error:
        rows, message = [], str(error)
        assert 'relation "members_member" does not exist' in message
    assert rows == []


def test_what_waits_for_a_commit_runs_as_its_tenant(acme: Tenant, globex: Tenant) -> None:
    seen: list[Tenant] = []
    with TestCase.captureOnCommitCallbacks(using=alias_of(acme)) as waiting, tenant_context(acme):
        on_tenant_commit(lambda: seen.append(current_tenant()))
    (run,) = waiting
    with tenant_context(globex):
        run()
    assert seen == [acme]


def test_a_model_in_the_wrong_plane_is_found(settings: Any) -> None:
    assert check_planes(None) == []
    settings.TENANT_APPS = ["members", "jobs", "idempotency", "subscriptions"]
    assert {(fault.id, fault.obj._meta.app_label) for fault in check_planes(None)} == {
        ("tenants.E001", "subscriptions"),
        ("tenants.E002", "contacts"),
    }


def test_cache_entries_are_the_tenants_own(acme: Tenant, globex: Tenant) -> None:
    with tenant_context(acme):
        cache.set("secret", "acme's")
    with tenant_context(globex):
        assert cache.get("secret") is None
        cache.set("secret", "globex's")
    with tenant_context(acme):
        assert cache.get("secret") == "acme's"


def test_a_cache_is_emptied_for_its_tenant_alone(acme: Tenant, globex: Tenant) -> None:
    """Nor are the entries of all touched, or what else is in the same Redis: the queues."""
    queue = redis.Redis.from_url(settings.REDIS_URL)
    queue.set("test-queue", "waiting", ex=60)
    caches["shared"].set("common", 1)
    for tenant in (acme, globex):
        with tenant_context(tenant):
            cache.set_many({f"entry-{number}": tenant.slug for number in range(3)})
            cache.set("entry-0", tenant.slug, version=2)
    with tenant_context(acme):
        cache.clear()
        assert cache.get_many(["entry-0", "entry-1", "entry-2"]) == {}
        assert cache.get("entry-0", version=2) is None
    with tenant_context(globex):
        assert cache.get_many(["entry-0", "entry-2"]) == {"entry-0": "globex", "entry-2": "globex"}
        assert cache.get("entry-0", version=2) == "globex"
    assert caches["shared"].get("common") == 1
    assert queue.get("test-queue") == b"waiting"


def test_the_cache_of_all_is_emptied_and_no_tenants(acme: Tenant) -> None:
    caches["shared"].set("common", 1)
    with tenant_context(acme):
        cache.set("entry", "acme's")
        caches["shared"].clear()
        assert (caches["shared"].get("common"), cache.get("entry")) == (None, "acme's")


@pytest.mark.parametrize(
    "use",
    [
        lambda: cache.get("x"),
        lambda: cache.add("x", 1),
        lambda: cache.get_or_set("x", 1),
        lambda: cache.get_many(["x"]),
        lambda: cache.set_many({"x": 1}),
        lambda: cache.delete("x"),
        lambda: cache.delete_many(["x"]),
        lambda: cache.has_key("x"),
        lambda: cache.incr("x"),
        lambda: cache.touch("x"),
        lambda: cache.clear(),
    ],
)
def test_without_a_tenant_the_cache_refuses(use: Callable[[], object]) -> None:
    with pytest.raises(TenantMissing, match="The cache key"):
        use()


def test_without_a_tenant_there_is_no_cache_key() -> None:
    with pytest.raises(TenantMissing, match="'secret'"):
        cache.set("secret", "whose?")
    caches["shared"].set("common", 1)
    assert caches["shared"].get("common") == 1


def test_a_new_member_is_known_to_both_planes(acme: Tenant, charlie: User) -> None:
    membership = add_member(tenant=acme, user=charlie, role=Role.MEMBER)
    with tenant_context(acme):
        assert Member.objects.get(pk=membership.pk).email == "charlie@globex.test"
    assert Membership.objects.get(user=charlie, tenant=acme).role == "member"
