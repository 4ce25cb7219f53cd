"""From a login at one host to a login at another, by redirects that a browser follows."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.cache import caches
from django.utils import timezone
from rest_framework.response import Response
from rest_framework.test import APIClient

from accounts import handoff
from accounts.models import TokenFamily, User
from accounts.tests.browser import ALLAUTH, Browser, logged_in, outcome, with_bearer
from conftest import PASSWORD
from tenants.models import Domain, Role, Tenant
from tenants.services import add_member

pytestmark = pytest.mark.django_db

URL = "/api/v1/auth/handoff"
APP = "localhost"
"""The product's own host."""


class Person:
    """One browser with the cookies of each host, for somebody who goes from one to the other."""

    def __init__(self) -> None:
        self.at: dict[str, Browser] = {}

    def browser(self, host: str) -> Browser:
        return self.at.setdefault(host, Browser(host))

    def open(self, url: str) -> Response:
        """GET an address of any host."""
        parts = urlsplit(url)
        return self.browser(str(parts.hostname)).get(f"{parts.path}?{parts.query}")

    def follow(self, url: str) -> tuple[str, Response]:
        """The same, and on to where the answers lead as long as that is the hand-off's; the last address."""
        answer = self.open(url)
        while urlsplit(answer.headers.get("Location", "")).path.startswith(URL):
            url = answer.headers["Location"]
            answer = self.open(url)
        return url, answer

    def code_for(self, host: str, **query: str) -> str:
        """The address with the code, to which the browser is about to go."""
        first = self.open(start_at(host, **query))
        return str(self.open(first.headers["Location"]).headers["Location"])


def start_at(host: str, **query: str) -> str:
    return f"http://{host}{URL}/start?" + "&".join(f"{name}={value}" for name, value in query.items())


@pytest.fixture
def bob(bob: User, globex: Tenant, db: None) -> User:
    """A member of Acme, and of Globex as well."""
    add_member(tenant=globex, user=bob, role=Role.ADMIN)
    return bob


@pytest.fixture
def person(bob: User) -> Person:
    """Bob's browser, logged in at the product's own host."""
    person = Person()
    person.browser(APP).log_in(bob)
    return person


def is_refused(answer: Response) -> bool:
    """Has it led to the login page, with no login?"""
    return answer.headers["Location"] == "/login?next=%2F" and "access" not in answer.cookies


def test_from_the_products_own_host_to_a_tenants(person: Person, globex: Tenant) -> None:
    _, answer = person.follow(start_at("globex.localhost", next="/contacts%3Fpage=2"))
    assert (answer.status_code, answer.headers["Location"]) == (302, "/contacts?page=2")
    there = person.browser("globex.localhost")
    assert there.access["tid"] == globex.pk
    assert there.me().json()["role"] == "admin"
    assert there.refresh().status_code == 200
    assert there.get(ALLAUTH + "auth/session").json()["data"]["user"]["email"] == "bob@acme.test"


def test_it_is_a_login_of_its_own(person: Person) -> None:
    person.follow(start_at("globex.localhost"))
    here, there = person.browser(APP), person.browser("globex.localhost")
    assert here.access["sid"] != there.access["sid"]
    assert len(here.get(ALLAUTH + "auth/sessions").json()["data"]) == 2
    there.log_out()
    assert here.me().status_code == 200
    assert there.me().status_code == 401


def test_from_one_tenant_to_another_and_to_the_products_own_host(bob: User, globex: Tenant) -> None:
    person = Person()
    person.browser("acme.localhost").log_in(bob)
    answer = person.browser("acme.localhost").post(URL, {"host": "globex.localhost", "next": "/jobs"})
    assert person.follow(answer.json()["url"])[1].headers["Location"] == "/jobs"
    assert person.browser("globex.localhost").access["tid"] == globex.pk
    answer = person.browser("acme.localhost").post(URL, {"host": APP})
    assert person.follow(answer.json()["url"])[1].headers["Location"] == "/"
    assert person.browser(APP).post("/api/v1/auth/switch-tenant", {"tenant": "globex"}).status_code == 200


def test_to_a_domain_of_the_tenants_own(person: Person, globex: Tenant, settings: Any) -> None:
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "app.globex.test"]
    domain = Domain.objects.create(tenant=globex, host="app.globex.test")
    assert outcome(person.browser(APP).post(URL, {"host": domain.host})) == (404, "host_unknown")
    Domain.objects.update(verified_at=timezone.now())
    answer = person.browser(APP).post(URL, {"host": "App.Globex.TEST."})
    person.follow(answer.json()["url"])
    assert person.browser("app.globex.test").me().json()["tenant"]["slug"] == "globex"


def test_the_port_and_the_scheme_stay(bob: User) -> None:
    browser = logged_in(bob, "acme.localhost:3000")
    url = browser.post(URL, {"host": "globex.localhost"}).json()["url"]
    assert url == "http://globex.localhost:3000/api/v1/auth/handoff/start?from=acme.localhost&next=%2F"
    answer = Browser("globex.localhost:3000").get("/api/v1/auth/handoff/start", {"from": "acme.localhost"})
    assert answer.headers["Location"].startswith("http://acme.localhost:3000/api/v1/auth/handoff/code?")


def test_whoever_is_not_logged_in_logs_in_first_and_comes_back(bob: User) -> None:
    person = Person()
    url, answer = person.follow(start_at("globex.localhost", next="/contacts"))
    path, _, query = answer.headers["Location"].partition("?")
    assert path == "/login"
    back = parse_qs(query)["next"][0]
    assert f"http://{APP}{back}" == url
    person.browser(APP).log_in(bob)
    assert person.follow(f"http://{APP}{back}")[1].headers["Location"] == "/contacts"
    assert person.browser("globex.localhost").me().status_code == 200


def test_an_access_token_that_has_ended_does_not_matter(person: Person) -> None:
    del person.browser(APP).cookies["access"]
    assert person.follow(start_at("globex.localhost"))[1].headers["Location"] == "/"


def test_a_code_works_once(person: Person) -> None:
    url = person.code_for("globex.localhost")
    secret = person.browser("globex.localhost").cookies["handoff"].value
    assert person.open(url).headers["Location"] == "/"
    again = Person()
    again.browser("globex.localhost").cookies["handoff"] = secret
    assert is_refused(again.open(url))
    assert TokenFamily.objects.count() == 2


def test_a_code_works_for_a_minute(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = _keys()
    person.code_for("globex.localhost")
    (code,) = _keys() - keys
    assert 50_000 < caches["shared"]._cache.get_client().pttl(code) <= 60_000
    monkeypatch.setattr(handoff, "CODE_LIFETIME", 0)
    assert is_refused(person.open(person.code_for("globex.localhost")))


def _keys() -> set[bytes]:
    return set(caches["shared"]._cache.get_client().scan_iter(match="*handoff*"))


def test_codes_and_secrets_are_not_kept(person: Person) -> None:
    url = person.code_for("globex.localhost")
    code = parse_qs(urlsplit(url).query)["code"][0]
    (key,) = _keys()
    kept = key + caches["shared"]._cache.get_client().get(key)
    assert code.encode() not in kept
    assert person.browser("globex.localhost").cookies["handoff"].value.encode() not in kept


@pytest.mark.parametrize("secret", [None, "", "another"])
def test_a_code_is_worth_nothing_in_another_browser(secret: str | None, person: Person) -> None:
    """Session fixation and login CSRF: a link to the attacker's own code, or a code that was overheard."""
    url, victim = person.code_for("globex.localhost"), Person()
    if secret is not None:
        victim.browser("globex.localhost").cookies["handoff"] = secret
    assert is_refused(victim.open(url))
    assert is_refused(person.open(url))  # and used up


def test_a_login_that_is_there_already_is_not_replaced_by_anothers_code(person: Person, charlie: User) -> None:
    victim = Person()
    victim.at["globex.localhost"] = logged_in(charlie, "globex.localhost")
    assert is_refused(victim.open(person.code_for("globex.localhost")))
    assert victim.browser("globex.localhost").me().json()["email"] == "charlie@globex.test"


def test_a_login_that_is_there_already_ends(person: Person, charlie: User) -> None:
    person.at["globex.localhost"] = logged_in(charlie, "globex.localhost")
    before = with_bearer(person.browser("globex.localhost").access, "globex.localhost")
    person.follow(start_at("globex.localhost"))
    assert person.browser("globex.localhost").me().json()["email"] == "bob@acme.test"
    assert outcome(before.get("/api/v1/me")) == (401, "session_ended")


def test_a_code_is_for_one_host(person: Person) -> None:
    url = person.code_for("globex.localhost")
    person.browser("acme.localhost").cookies["handoff"] = person.browser("globex.localhost").cookies["handoff"].value
    assert is_refused(person.open(url.replace("globex.", "acme.")))


def _log_out(person: Person, user: User) -> None:
    person.browser(APP).log_out()


def _log_out_everywhere(person: Person, user: User) -> None:
    logged_in(user, APP).post("/api/v1/auth/logout-all")


def _end_session(person: Person, user: User) -> None:
    person.browser(APP).session.flush()


def _deactivate(person: Person, user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


def _change_password(person: Person, user: User) -> None:
    changed = User.objects.get(pk=user.pk)  # the instance is the session's, for other tests as well
    changed.set_password("another horse, another battery")
    changed.save()


def _take_out_of_the_tenant(person: Person, user: User) -> None:
    user.memberships.filter(tenant__slug="globex").delete()


ENDINGS = [_log_out, _log_out_everywhere, _end_session, _deactivate, _change_password, _take_out_of_the_tenant]


@pytest.mark.parametrize("end", ENDINGS)
def test_a_code_is_as_good_as_the_login_it_comes_from(
    end: Callable[[Person, User], None], person: Person, bob: User
) -> None:
    url = person.code_for("globex.localhost")
    end(person, bob)
    assert is_refused(person.open(url))
    assert "access" not in person.browser("globex.localhost").cookies


@pytest.mark.parametrize("host", ["globex.localhost", "nobody.localhost", "www.localhost", "evil.example"])
def test_nobody_is_handed_over_to_where_they_do_not_belong(host: str, alice: User) -> None:
    browser = logged_in(alice, "acme.localhost")
    wish = {"host": host, "challenge": "0" * 64, "next": "/"}
    answers = [browser.post(URL, {"host": host}), browser.get(f"{URL}/code", wish)]
    assert [outcome(answer) for answer in answers] == [(404, "host_unknown")] * 2
    assert _keys() == set()


@pytest.mark.parametrize("name", ["app.globex.test", "nobody.localhost", "www.localhost", "evil.example", "//evil", ""])
def test_the_start_leads_to_no_host_but_ours(name: str, globex: Tenant, settings: Any) -> None:
    """Not even to a tenant's own domain, whose owner decides what is there."""
    Domain.objects.create(tenant=globex, host="app.globex.test", verified_at=timezone.now())
    answer = Browser("acme.localhost").get(f"{URL}/start", {"from": name})
    assert answer.headers["Location"].startswith(f"http://localhost{URL}/code?")


@pytest.mark.parametrize("page", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_it_goes_on_to_no_other_host(page: str, person: Person) -> None:
    assert person.follow(start_at("globex.localhost", next=page))[1].headers["Location"] == "/"
    first = person.open(start_at("globex.localhost")).headers["Location"]
    url = person.open(first.replace("next=%2F", f"next={page}")).headers["Location"]
    assert person.open(url).headers["Location"] == "/"


@pytest.mark.parametrize("wish", [{"challenge": "0" * 63}, {"challenge": "g" * 64}, {"host": ""}, {"next": "x" * 2001}])
def test_what_start_did_not_send_is_not_valid(wish: dict[str, str], person: Person) -> None:
    whole = {"host": "globex.localhost", "challenge": "0" * 64, "next": "/"}
    assert outcome(person.browser(APP).get(f"{URL}/code", whole | wish)) == (400, "validation_error")


def test_another_site_hands_nobody_over(person: Person) -> None:
    answer = person.browser(APP).post(URL, {"host": "globex.localhost"}, headers={"X-CSRFToken": ""})
    assert outcome(answer) == (403, "csrf_failed")


def test_nor_does_an_access_token_alone(bob: User) -> None:
    """It is good for minutes, and must not buy a login of weeks."""
    client = with_bearer(logged_in(bob, APP).access, APP)
    answer = client.get(f"{URL}/code", {"host": "globex.localhost", "challenge": "0" * 64, "next": "/"})
    assert answer.headers["Location"].startswith("/login?next=")


def test_the_secret_is_for_this_host_and_a_quarter_of_an_hour() -> None:
    answer = Browser("globex.localhost").get(f"{URL}/start")
    cookie = answer.cookies["handoff"]
    assert (cookie["path"], cookie["domain"], cookie["max-age"]) == ("/", "", 900)
    assert (cookie["httponly"], cookie["samesite"], len(cookie.value)) == (True, "Lax", 43)
    assert cookie.value not in answer.headers["Location"]
    assert answer.headers["Cache-Control"] == "no-store"


# --- A login that was handed over to a tenant's host is good there alone ---------------------------------------------


@pytest.fixture
def handed_over(person: Person) -> Browser:
    """Bob's browser at Globex's address, where whoever owns the address may see its cookies."""
    person.follow(start_at("globex.localhost"))
    return person.browser("globex.localhost")


def stolen(browser: Browser, host: str) -> Browser:
    """A thief's browser at another host, with all cookies of this one."""
    thief = Browser(host)
    for name in ("access", "refresh", "sessionid"):
        thief.cookies[name] = browser.cookies[name].value
    return thief


def test_its_tokens_are_refused_elsewhere(handed_over: Browser) -> None:
    for client in (stolen(handed_over, APP), with_bearer(handed_over.access, APP)):
        assert outcome(client.get("/api/v1/me")) == (403, "login_bound")
        assert outcome(client.post("/api/v1/auth/switch-tenant", {"tenant": "acme"})) == (403, "login_bound")
        assert outcome(client.post(URL, {"host": "acme.localhost"})) == (403, "login_bound")


def test_its_session_is_nobodys_elsewhere(handed_over: Browser, bob: User) -> None:
    User.objects.filter(pk=bob.pk).update(is_staff=True)
    assert handed_over.get("/admin/").status_code == 200
    thief = stolen(handed_over, APP)
    assert thief.get("/admin/").status_code == 302
    assert thief.get(ALLAUTH + "auth/session").status_code == 401


def test_nor_is_it_by_the_app_client(handed_over: Browser) -> None:
    headers = {"X-Session-Token": handed_over.cookies["sessionid"].value}
    there, elsewhere = (APIClient(HTTP_HOST=host) for host in ("globex.localhost", APP))
    assert there.get("/_allauth/app/v1/auth/session", headers=headers).status_code == 200
    assert elsewhere.get("/_allauth/app/v1/auth/session", headers=headers).status_code in (401, 410)


def test_it_is_not_handed_on(handed_over: Browser) -> None:
    assert outcome(handed_over.post(URL, {"host": "acme.localhost"})) == (403, "login_bound")
    wish = {"host": "acme.localhost", "challenge": "0" * 64, "next": "/"}
    assert outcome(handed_over.get(f"{URL}/code", wish)) == (403, "login_bound")
    thief = stolen(handed_over, APP)
    assert thief.get(f"{URL}/code", wish).headers["Location"].startswith("/login?next=")


def test_a_new_password_does_not_free_it(handed_over: Browser) -> None:
    data = {"current_password": PASSWORD, "new_password": "another horse, another battery"}
    before = handed_over.access["sid"]
    assert handed_over.post(ALLAUTH + "account/password/change", data).status_code == 200
    assert handed_over.access["sid"] != before
    assert outcome(with_bearer(handed_over.access, APP).get("/api/v1/me")) == (403, "login_bound")


def test_it_has_not_authenticated_anew(handed_over: Browser) -> None:
    """What allauth wants a recent login for, it asks for here as well."""
    assert handed_over.get(ALLAUTH + "auth/session").json()["data"]["methods"] == []
