"""How often who may ask, and that nobody asks once more than that."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import redis
from django.conf import settings as live
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts import throttling
from accounts.api_keys import create_api_key
from accounts.models import User
from accounts.tests.browser import with_bearer
from accounts.throttling import Rate, Usage, count
from contacts.permissions import READ
from tenants.models import Membership, Role, Tenant
from tenants.services import add_member

PATH = "/api/v1/contacts"
RATE = Rate(3, 60)


@pytest.fixture(autouse=True)
def uncounted(settings: Settings) -> Iterator[None]:
    """Three requests a minute, two for strangers, and none of them is used."""
    settings.API_RATE, settings.API_ANONYMOUS_RATE = RATE, (2, 60)
    _forget()
    yield
    _forget()


def _forget() -> None:
    client = redis.Redis.from_url(live.REDIS_URL)
    for key in client.scan_iter(f"{live.SITE_SLUG}:api-rate:*"):
        client.delete(key)


def statuses(client: APIClient, times: int, path: str = PATH) -> list[int]:
    return [client.get(path).status_code for _ in range(times)]


def a_key_of(user: User) -> APIClient:
    membership = Membership.objects.get(user=user, tenant__slug="acme")
    return with_bearer(create_api_key(membership, name="Report", scopes=[READ], by={READ})[1])


@pytest.mark.django_db
def test_a_member_asks_as_often_as_they_may(login, alice) -> None:
    assert statuses(login(alice, "acme.localhost"), 5) == [200, 200, 200, 429, 429]


@pytest.mark.django_db
def test_each_answer_says_where_they_stand(login, alice) -> None:
    answer = login(alice, "acme.localhost").get(PATH)
    assert answer.headers["RateLimit-Policy"] == '"default";q=3;w=60'
    assert answer.headers["RateLimit"] == '"default";r=2;t=60'


@pytest.mark.django_db
def test_who_asks_too_often_is_told_when_to_come_again(login, alice) -> None:
    client = login(alice, "acme.localhost")
    statuses(client, 3)
    answer = client.get(PATH)
    assert answer.json()["code"] == "throttled"
    assert answer.json()["detail"] == "More than 3 requests in 60 seconds. Expected available in 60 seconds."
    assert answer.headers["Retry-After"] == "60"
    assert answer.headers["RateLimit"] == '"default";r=0;t=60'


@pytest.mark.django_db
def test_what_is_refused_counts_as_well(login, alice) -> None:
    assert statuses(login(alice, "acme.localhost"), 4, "/api/v1/contacts?page_size=none") == [400, 400, 400, 429]


@pytest.mark.django_db
def test_nobody_uses_up_anothers(login, alice, bob, charlie) -> None:
    statuses(login(alice, "acme.localhost"), 4)
    assert login(bob, "acme.localhost").get(PATH).status_code == 200
    assert login(charlie, "globex.localhost").get(PATH).status_code == 200
    assert statuses(a_key_of(alice), 4) == [200, 200, 200, 429]
    assert a_key_of(alice).get(PATH).status_code == 200


@pytest.mark.django_db
def test_another_login_of_the_same_person_does_not_help(login, alice) -> None:
    statuses(login(alice, "acme.localhost"), 3)
    assert login(alice, "acme.localhost").get(PATH).status_code == 429


@pytest.mark.django_db
def test_in_each_of_their_tenants_they_start_anew(login, alice, globex) -> None:
    add_member(tenant=globex, user=alice, role=Role.MEMBER)
    statuses(login(alice, "acme.localhost"), 4)
    assert login(alice, "globex.localhost").get(PATH).status_code == 200


@pytest.mark.django_db
def test_a_tenant_can_have_a_rate_of_its_own(login, alice, charlie, settings) -> None:
    settings.API_RATE_OF = "accounts.tests.test_throttling.as_acme_has_paid_for"
    assert statuses(login(alice, "acme.localhost"), 6) == [200] * 5 + [429]
    assert statuses(login(charlie, "globex.localhost"), 2) == [200, 429]


def as_acme_has_paid_for(tenant: Tenant) -> Rate:
    return Rate(5 if tenant.slug == "acme" else 1, 60)


@pytest.mark.django_db
def test_strangers_are_counted_by_their_address() -> None:
    def stranger(address: str) -> APIClient:
        return APIClient(HTTP_HOST="localhost", REMOTE_ADDR=address)

    path = "/api/v1/auth/csrf"
    assert statuses(stranger("192.0.2.1"), 3, path) == [204, 204, 429]
    assert stranger("192.0.2.2").get(path).status_code == 204
    assert statuses(stranger("2001:db8::1"), 2, path) == [204, 204]
    assert stranger("2001:db8::ffff").get(path).status_code == 429
    assert stranger("2001:db8:0:1::1").get(path).status_code == 204


@pytest.mark.django_db
def test_a_window_ends(login, alice, settings) -> None:
    settings.API_RATE = (1, 1)
    client = login(alice, "acme.localhost")
    assert statuses(client, 2) == [200, 429]
    throttling._redis().delete(*throttling._redis().keys(f"{live.SITE_SLUG}:api-rate:1:user:*"))
    assert client.get(PATH).status_code == 200


def test_its_end_is_set_once_with_its_first_request() -> None:
    assert count("somebody", RATE) == Usage(1, 60)
    key = f"{live.SITE_SLUG}:api-rate:60:somebody"
    throttling._redis().pexpire(key, 20_000)
    assert count("somebody", RATE) == Usage(2, 20)


def test_of_many_at_once_just_so_many_get_through() -> None:
    rate = Rate(100, 60)
    with ThreadPoolExecutor(16) as threads:
        used = [usage.used for usage in threads.map(lambda _: count("everybody", rate), range(1_000))]
    assert sorted(used) == list(range(1, 1_001))


@pytest.mark.django_db
def test_without_redis_nobody_is_kept_out(login, alice, monkeypatch, caplog) -> None:
    client = login(alice, "acme.localhost")
    nowhere = redis.Redis.from_url("redis://127.0.0.1:1/0")
    monkeypatch.setattr(throttling, "_redis", lambda: nowhere)
    assert statuses(client, 5) == [200] * 5
    assert "A request goes on uncounted, Redis is not reachable" in caplog.text
