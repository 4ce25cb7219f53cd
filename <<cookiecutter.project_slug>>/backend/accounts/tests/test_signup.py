"""Signing up: a user with a tenant of their own, or nothing at all."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.forms import BaseSignupForm
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import caches
from django.utils import timezone
from rest_framework.response import Response

from accounts import receivers
from accounts.models import TokenFamily, User
from accounts.tasks import purge_unverified_users
from accounts.tests.browser import ALLAUTH, Browser, logged_in, newest_code, said
from conftest import PASSWORD, World
from members.models import Member
from tenants import services
from tenants.context import tenant_context
from tenants.custom_roles import TenantRole
from tenants.invitations import invite, link_of
from tenants.models import Membership, Role, Tenant

DATA = {"email": "dora@initech.test", "password": PASSWORD, "tenant_name": "Initech", "name": "Dora"}


def sign_up(browser: Browser | None = None, **data: Any) -> Response:
    return (browser or Browser("localhost")).send(ALLAUTH + "auth/signup", **(DATA | data))


def signed_up(browser: Browser, **data: Any) -> Response:
    """What the code is answered with, at the end of it."""
    answer = sign_up(browser, **data)
    assert pending(answer) == "verify_email"
    return browser.verify()


def pending(answer: Response) -> str | None:
    """What allauth waits for."""
    assert answer.status_code == 401, answer.content
    return next((flow["id"] for flow in answer.json()["data"]["flows"] if flow.get("is_pending")), None)


def errors_of(answer: Response) -> list[tuple[str, str]]:
    assert answer.status_code == 400, answer.content
    return [(error["param"], error["code"]) for error in answer.json()["errors"]]


def fail(error: Exception) -> Callable[..., Any]:
    def function(*args: Any, **kwargs: Any) -> Any:
        raise error

    return function


def is_untouched() -> bool:
    """Only the world's four people and two tenants are there, and nobody is logged in."""
    people = User.objects.count(), EmailAddress.objects.count(), TokenFamily.objects.count()
    return people == (4, 4, 0) and (Tenant.objects.count(), Membership.objects.count()) == (2, 4)


def test_it_makes_user_tenant_and_owner_and_logs_in(committed_db: World) -> None:
    browser = Browser("localhost")
    answer = sign_up(browser)
    assert pending(answer) == "verify_email"
    assert "access" not in browser.cookies
    assert not Tenant.objects.filter(name="Initech").exists()
    assert browser.verify().status_code == 200
    me = browser.me().json()
    assert (me["email"], me["name"], me["role"]) == ("dora@initech.test", "Dora", "owner")
    assert (me["tenant"]["slug"], me["tenant"]["name"]) == ("initech", "Initech")
    membership = Membership.objects.get(user__email="dora@initech.test")
    assert (membership.role, membership.user.pending_tenant) == (Role.OWNER, "")
    with tenant_context(membership.tenant):
        member = Member.objects.get()
        assert (member.pk, member.name, member.email) == (membership.pk, "Dora", "dora@initech.test")
    assert browser.get("/api/v1/contacts").json()["results"] == []


def test_the_new_tenant_has_its_own_address(committed_db: World) -> None:
    signed_up(Browser("localhost"))
    user = User.objects.get(email="dora@initech.test")
    assert logged_in(user, "initech.localhost").me().json()["tenant"]["slug"] == "initech"


def test_at_another_tenants_address_it_makes_a_new_tenant_all_the_same(committed_db: World) -> None:
    browser = Browser("acme.localhost")
    assert signed_up(browser).status_code == 200
    assert browser.me().json()["tenant"] is None
    with tenant_context(committed_db.acme):
        assert {member.name for member in Member.objects.all()} == {"Alice", "Bob", "Vera"}
    with tenant_context(Tenant.objects.get(slug="initech")):
        assert [member.name for member in Member.objects.all()] == ["Dora"]


def test_the_name_of_a_person_is_optional_and_a_tenants_name_need_not_be_new(committed_db: World) -> None:
    browser = Browser("localhost")
    data = {"email": "dora@initech.test", "password": PASSWORD, "tenant_name": " Acme \n"}
    assert pending(browser.send(ALLAUTH + "auth/signup", **data)) == "verify_email"
    assert browser.verify().status_code == 200
    me = browser.me().json()
    assert (me["name"], me["tenant"]["name"], me["tenant"]["slug"]) == ("", "Acme", "acme-2")


def test_names_of_any_script_are_welcome(committed_db: World) -> None:
    browser = Browser("localhost")
    assert signed_up(browser, tenant_name="株式会社 '🚀'", name="Zoë 'O' <b>").status_code == 200
    me = browser.me().json()
    assert (me["tenant"]["name"], me["name"]) == ("株式会社 '🚀'", "Zoë 'O' <b>")


def test_whoever_comes_back_later_verifies_then(committed_db: World) -> None:
    sign_up(Browser("localhost"))
    browser = Browser("localhost")
    caches["shared"].clear()  # a code may be sent every ten seconds
    assert pending(browser.log_in(User.objects.get(email="dora@initech.test"))) == "verify_email"
    assert browser.verify().status_code == 200
    assert browser.me().json()["tenant"]["name"] == "Initech"


@pytest.mark.django_db
def test_a_wrong_code_is_no_code(world: World) -> None:
    browser = Browser("localhost")
    sign_up(browser)
    for _ in range(3):
        answer = browser.send(ALLAUTH + "auth/email/verify", key="WRONG-CODE")
        assert errors_of(answer) == [("key", "incorrect_code")]
    code = newest_code()
    assert browser.send(ALLAUTH + "auth/email/verify", key=code).status_code == 409
    assert not EmailAddress.objects.get(user__email="dora@initech.test").verified
    other = Browser("localhost")
    assert other.send(ALLAUTH + "auth/email/verify", key=code).status_code == 409


@pytest.mark.django_db
def test_an_address_that_has_an_account_is_answered_alike_and_its_owner_told(world: World) -> None:
    taken, free = sign_up(email="Alice@acme.test"), sign_up()
    assert said(taken) == said(free)
    first, second = mail.outbox
    assert (first.to, first.subject) == (["alice@acme.test"], "You have an account")
    assert (second.to, second.subject) == (["dora@initech.test"], f"{newest_code()} is your code")
    assert User.objects.filter(email="alice@acme.test").count() == 1
    assert world.alice.check_password(PASSWORD)


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["login code", "reset"])
def test_a_strangers_password_does_not_outlive_the_verification(way: str, world: World) -> None:
    """He signs up with her address and waits. Later she comes, who has never heard of that."""
    sign_up(Browser("localhost"), email="eve@initech.test", password="what a stranger chose")
    user, hers = User.objects.get(email="eve@initech.test"), Browser("localhost")
    User.objects.filter(pk=user.pk).update(pending_tenant="")
    if way == "login code":
        assert pending(hers.send(ALLAUTH + "auth/code/request", email=user.email)) == "login_by_code"
        assert hers.send(ALLAUTH + "auth/code/confirm", code=newest_code()).status_code == 200
    else:
        hers.send(ALLAUTH + "auth/password/request", email=user.email)
        hers.send(ALLAUTH + "auth/password/reset", key=newest_code(), password=PASSWORD)
        assert Browser("localhost").log_in(user).status_code == 200
    assert EmailAddress.objects.get(user=user).verified
    answer = Browser("localhost").log_in(user, "what a stranger chose")
    assert errors_of(answer) == [("password", "email_password_mismatch")]


@pytest.mark.django_db
def test_whoever_is_invited_needs_no_tenant_of_their_own(world: World) -> None:
    inviter = Membership.objects.select_related("tenant", "user").get(user=world.alice)
    invitation = invite("eve@initech.test", role=TenantRole(Role.MEMBER, None), by=inviter)
    [token] = parse_qs(urlsplit(link_of(invitation)).query)["token"]
    browser = Browser("localhost")
    data = {"email": "eve@initech.test", "tenant_name": "", "invitation": token}
    assert errors_of(sign_up(browser, **data | {"invitation": token + "x"})) == [("tenant_name", "required")]
    assert signed_up(browser, **data).status_code == 200
    assert browser.me().json()["memberships"] == []
    assert browser.send("/api/v1/invitations/accept", token=token).status_code == 200
    assert browser.me().json()["memberships"][0]["tenant"]["slug"] == "acme"


@pytest.mark.django_db
def test_who_never_verifies_keeps_no_address(world: World) -> None:
    for name in ("eve", "frida"):
        sign_up(Browser("localhost"), email=f"{name}@initech.test")
    eve, frida = User.objects.exclude(memberships__isnull=False).order_by("email")
    imported = User.objects.create_user("gus@initech.test")
    for user in (frida, imported, world.alice):
        User.objects.filter(pk=user.pk).update(date_joined=timezone.now() - timedelta(days=2))
    assert purge_unverified_users() == 1
    assert set(User.objects.values_list("email", flat=True)) == {
        *(user.email for user in (world.alice, world.bob, world.charlie, world.vera)),
        eve.email,
        imported.email,
    }


REFUSED = {
    "no tenant name": ({"tenant_name": ""}, [("tenant_name", "required")]),
    "blank tenant name": ({"tenant_name": " \t\n "}, [("tenant_name", "required")]),
    "null tenant name": ({"tenant_name": None}, [("tenant_name", "required")]),
    "long tenant name": ({"tenant_name": "x" * 101}, [("tenant_name", "max_length")]),
    "emoji only": ({"tenant_name": "🚀🔥"}, [("tenant_name", "invalid")]),
    "punctuation only": ({"tenant_name": "'\"<>;--"}, [("tenant_name", "invalid")]),
    "null character": ({"tenant_name": "a\x00b"}, [("tenant_name", "invalid_character")]),
    "control character": ({"tenant_name": "a\x1bb"}, [("tenant_name", "invalid")]),
    "half a surrogate pair": ({"tenant_name": "a\ud800b"}, [("tenant_name", "invalid_character")]),
    "long name": ({"name": "x" * 151}, [("name", "max_length")]),
    "control character in name": ({"name": "a\x07b"}, [("name", "invalid")]),
    "no email": ({"email": ""}, [("email", "required")]),
    "no address": ({"email": "dora"}, [("email", "invalid")]),
    "email with newline": ({"email": "dora@initech.test\nbcc: all"}, [("email", "invalid")]),
    "long email": ({"email": "d" * 60 + "@" + "i" * 60 + ".test" * 36}, [("email", "max_length")]),
    "no password": ({"password": ""}, [("password", "required")]),
    "short password": ({"password": "x7#kQ"}, [("password", "password_too_short")]),
    "common password": ({"password": "password123"}, [("password", "password_too_common")]),
    "numbers": ({"password": "8472639105"}, [("password", "password_entirely_numeric")]),
    "the email as password": ({"password": DATA["email"]}, [("password", "password_too_similar")]),
    "the name as password": (
        {"name": "Dorothea Q.", "password": "dorothea q."},
        [("password", "password_too_similar")],
    ),
    "unstorable password": ({"password": "\ud800 correct horse"}, [("password", "invalid_character")]),
    "nothing": (dict.fromkeys(DATA), [("tenant_name", "required"), ("email", "required"), ("password", "required")]),
}


@pytest.mark.django_db
@pytest.mark.parametrize(("data", "errors"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_wrong_is_named_and_nothing_is_left(data: dict[str, Any], errors: object, world: World) -> None:
    answer = sign_up(**data)
    assert sorted(errors_of(answer)) == sorted(errors)
    assert "access" not in answer.cookies
    assert is_untouched()


@pytest.mark.django_db
@pytest.mark.parametrize("body", [b"", b"[]", b"nonsense", b'"text"', b"\xff"])
def test_a_body_that_is_no_object_is_refused(body: bytes, world: World) -> None:
    answer = Browser("localhost").generic("POST", ALLAUTH + "auth/signup", body, content_type="application/json")
    assert answer.status_code == 400
    assert is_untouched()


@pytest.mark.parametrize(("place", "name"), [(services, "provision"), (receivers, "issue")])
def test_a_failure_after_the_code_leaves_all_as_it_was_and_can_be_tried_again(
    place: object, name: str, committed_db: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = Browser("localhost")
    browser.raise_request_exception = False
    sign_up(browser)
    code = newest_code()
    with monkeypatch.context() as broken:
        broken.setattr(place, name, fail(RuntimeError()))
        assert browser.verify().status_code == 500
    assert "access" not in browser.cookies
    assert (Tenant.objects.count(), TokenFamily.objects.count()) == (2, 0)
    assert browser.send(ALLAUTH + "auth/email/verify", key=code).status_code == 200
    assert browser.me().json()["tenant"]["name"] == "Initech"


@pytest.mark.django_db
def test_of_two_with_one_address_at_once_the_second_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The form has found the address free, and then it is not: the constraint speaks."""
    monkeypatch.setattr(BaseSignupForm, "validate_unique_email", lambda form, email: email)
    assert errors_of(sign_up(email="alice@acme.test")) == [("email", "email_taken")]
    assert is_untouched()


@pytest.mark.django_db
def test_of_two_with_one_tenant_name_at_once_the_second_is_asked_to_come_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So it is in the database: the address was free when it was chosen, and is taken when it is stored."""
    browser = Browser("localhost")
    sign_up(browser, tenant_name="Acme")
    with monkeypatch.context() as racing:
        racing.setattr(Tenant, "full_clean", lambda tenant: None)
        racing.setattr(services, "free_slug", lambda name: "acme")
        assert errors_of(browser.verify()) == [("tenant_name", "taken")]
    assert (Tenant.objects.count(), TokenFamily.objects.count()) == (2, 0)


@pytest.mark.django_db
def test_whoever_is_logged_in_is_asked_to_log_out_first(alice: User) -> None:
    assert sign_up(logged_in(alice)).status_code == 409


@pytest.mark.django_db
def test_signing_up_needs_the_csrf_token(world: World) -> None:
    answer = Browser("localhost").post(ALLAUTH + "auth/signup", DATA, headers={"X-CSRFToken": "wrong"})
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")
    assert is_untouched()
