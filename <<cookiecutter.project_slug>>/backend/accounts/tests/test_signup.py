"""Signing up: a user with a tenant of their own, or nothing at all."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.forms import BaseSignupForm
from allauth.account.models import EmailAddress
from rest_framework.response import Response

from accounts import receivers
from accounts.models import TokenFamily, User
from accounts.tests.browser import ALLAUTH, Browser, logged_in
from conftest import PASSWORD, World
from members.models import Member
from tenants import services
from tenants.context import tenant_context
from tenants.models import Membership, Role, Tenant

DATA = {"email": "dora@initech.test", "password": PASSWORD, "tenant_name": "Initech", "name": "Dora"}


def sign_up(browser: Browser | None = None, **data: Any) -> Response:
    return (browser or Browser("localhost")).send(ALLAUTH + "auth/signup", **(DATA | data))


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
    return people == (4, 0, 0) and (Tenant.objects.count(), Membership.objects.count()) == (2, 4)


def test_it_makes_user_tenant_and_owner_and_logs_in(committed_db: World) -> None:
    browser = Browser("localhost")
    assert sign_up(browser).status_code == 200
    me = browser.me().json()
    assert (me["email"], me["name"], me["role"]) == ("dora@initech.test", "Dora", "owner")
    assert (me["tenant"]["slug"], me["tenant"]["name"]) == ("initech", "Initech")
    membership = Membership.objects.get(user__email="dora@initech.test")
    assert membership.role == Role.OWNER
    with tenant_context(membership.tenant):
        member = Member.objects.get()
        assert (member.pk, member.name, member.email) == (membership.pk, "Dora", "dora@initech.test")
    assert browser.get("/api/v1/contacts").json()["results"] == []


def test_the_new_tenant_has_its_own_address(committed_db: World) -> None:
    sign_up()
    user = User.objects.get(email="dora@initech.test")
    assert logged_in(user, "initech.localhost").me().json()["tenant"]["slug"] == "initech"


def test_at_another_tenants_address_it_makes_a_new_tenant_all_the_same(committed_db: World) -> None:
    browser = Browser("acme.localhost")
    assert sign_up(browser).status_code == 200
    assert browser.me().json()["tenant"] is None
    with tenant_context(committed_db.acme):
        assert {member.name for member in Member.objects.all()} == {"Alice", "Bob", "Vera"}
    with tenant_context(Tenant.objects.get(slug="initech")):
        assert [member.name for member in Member.objects.all()] == ["Dora"]


def test_the_name_of_a_person_is_optional_and_a_tenants_name_need_not_be_new(committed_db: World) -> None:
    browser = Browser("localhost")
    data = {"email": "dora@initech.test", "password": PASSWORD, "tenant_name": " Acme \n"}
    assert browser.send(ALLAUTH + "auth/signup", **data).status_code == 200
    me = browser.me().json()
    assert (me["name"], me["tenant"]["name"], me["tenant"]["slug"]) == ("", "Acme", "acme-2")


def test_names_of_any_script_are_welcome(committed_db: World) -> None:
    browser = Browser("localhost")
    assert sign_up(browser, tenant_name="株式会社 '🚀'", name="Zoë 'O' <b>").status_code == 200
    me = browser.me().json()
    assert (me["tenant"]["name"], me["name"]) == ("株式会社 '🚀'", "Zoë 'O' <b>")


REFUSED = {
    "no tenant name": ({"tenant_name": ""}, [("tenant_name", "required")]),
    "blank tenant name": ({"tenant_name": " \t\n "}, [("tenant_name", "required")]),
    "null tenant name": ({"tenant_name": None}, [("tenant_name", "required")]),
    "long tenant name": ({"tenant_name": "x" * 101}, [("tenant_name", "max_length")]),
    "emoji only": ({"tenant_name": "🚀🔥"}, [("tenant_name", "invalid")]),
    "punctuation only": ({"tenant_name": "'\"<>;--"}, [("tenant_name", "invalid")]),
    "null character": ({"tenant_name": "a\x00b"}, [("tenant_name", "null_characters_not_allowed")]),
    "control character": ({"tenant_name": "a\x1bb"}, [("tenant_name", "invalid")]),
    "half a surrogate pair": ({"tenant_name": "a\ud800b"}, [("tenant_name", "invalid")]),
    "long name": ({"name": "x" * 151}, [("name", "max_length")]),
    "control character in name": ({"name": "a\x07b"}, [("name", "invalid")]),
    "no email": ({"email": ""}, [("email", "required")]),
    "no address": ({"email": "dora"}, [("email", "invalid")]),
    "email with newline": ({"email": "dora@initech.test\nbcc: all"}, [("email", "invalid")]),
    "long email": ({"email": "d" * 60 + "@" + "i" * 60 + ".test" * 36}, [("email", "max_length")]),
    "taken email": ({"email": "alice@acme.test"}, [("email", "email_taken")]),
    "taken email in capitals": ({"email": "ALICE@acme.test"}, [("email", "email_taken")]),
    "no password": ({"password": ""}, [("password", "required")]),
    "short password": ({"password": "x7#kQ"}, [("password", "password_too_short")]),
    "common password": ({"password": "password123"}, [("password", "password_too_common")]),
    "numbers": ({"password": "8472639105"}, [("password", "password_entirely_numeric")]),
    "the email as password": ({"password": DATA["email"]}, [("password", "password_too_similar")]),
    "the name as password": (
        {"name": "Dorothea Q.", "password": "dorothea q."},
        [("password", "password_too_similar")],
    ),
    "unstorable password": ({"password": "\ud800 correct horse"}, [("password", "invalid")]),
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


def test_a_place_that_cannot_be_made_leaves_no_user(committed_db: World, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = Browser("localhost")
    browser.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr(services, "provision", fail(RuntimeError("no room")))
        assert sign_up(browser).status_code == 500
    assert "access" not in browser.cookies
    assert is_untouched()


def test_a_failure_after_the_place_was_made_leaves_no_user(
    committed_db: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = Browser("localhost")
    browser.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr(receivers, "issue", fail(RuntimeError("no token")))
        assert sign_up(browser).status_code == 500
    assert is_untouched()
    assert sign_up().status_code == 200


@pytest.mark.django_db
def test_of_two_with_one_address_at_once_the_second_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The form has found the address free, and then it is not: the constraint speaks."""
    monkeypatch.setattr(BaseSignupForm, "validate_unique_email", lambda form, email: email)
    assert errors_of(sign_up(email="alice@acme.test")) == [("email", "email_taken")]
    assert is_untouched()


@pytest.mark.django_db
def test_of_two_with_one_tenant_name_at_once_the_second_is_refused(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So it is in the database: the address was free when it was chosen, and is taken when it is stored."""
    monkeypatch.setattr(Tenant, "full_clean", lambda tenant: None)
    monkeypatch.setattr(services, "free_slug", lambda name: "acme")
    assert errors_of(sign_up(tenant_name="Acme")) == [("tenant_name", "taken")]
    assert is_untouched()


@pytest.mark.django_db
def test_whoever_is_logged_in_is_asked_to_log_out_first(alice: User) -> None:
    assert sign_up(logged_in(alice)).status_code == 409


@pytest.mark.django_db
def test_signing_up_needs_the_csrf_token(world: World) -> None:
    answer = Browser("localhost").post(ALLAUTH + "auth/signup", DATA, headers={"X-CSRFToken": "wrong"})
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")
    assert is_untouched()
