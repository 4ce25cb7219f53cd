"""Invitations, from the mail to the membership, and all that can be wrong with one."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from accounts.services import create_verified_user
from conftest import PASSWORD
from tenants.invitations import link_of
from tenants.models import CustomRole, Invitation, Membership, Role, Tenant
from tenants.services import add_member

pytestmark = pytest.mark.django_db

HOST = "acme.localhost"
URL = "/api/v1/invitations"


@pytest.fixture
def owner(login, alice) -> APIClient:
    return login(alice, HOST)


@pytest.fixture
def carol(db) -> User:
    """Belongs to no tenant."""
    return create_verified_user("carol@acme.test", PASSWORD, name="Carol")


@pytest.fixture
def post(owner, django_capture_on_commit_callbacks):
    """`post(path, data)` as the owner; what waits for the commit is done."""

    def send(path: str, data: dict | None = None):
        with django_capture_on_commit_callbacks(execute=True):
            return owner.post(path, data)

    return send


def token_in(link: str) -> str:
    [token] = parse_qs(urlsplit(link).query)["token"]
    return token


def newest(tenant: Tenant) -> Invitation:
    return Invitation.objects.filter(tenant=tenant).latest("pk")


def outcome(answer) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "") if answer.content else ""


def errors_of(answer) -> list[tuple[str, str]]:
    return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]


def test_from_the_mail_to_the_membership(post, login, carol, acme, mailoutbox, settings) -> None:
    answer = post(URL, {"emails": ["Carol@Acme.test"], "role": "member"})
    assert answer.status_code == 201
    [made] = answer.json()["invitations"]
    assert (made["email"], made["role"], made["invited_by"]) == ("carol@acme.test", "member", "Alice")
    [mail] = mailoutbox
    assert (mail.to, mail.subject) == (["carol@acme.test"], "Alice invites you to Acme")
    html = mail.alternatives[0].content
    link = next(word for word in mail.body.split() if word.startswith(settings.APP_URL))
    assert link == link_of(newest(acme))
    assert link.replace("&", "&amp;") in html
    assert settings.SITE_NAME in mail.body
    assert settings.SITE_NAME in html

    offer = APIClient(HTTP_HOST="localhost").post(f"{URL}/offer", {"token": token_in(link)})
    assert offer.json() == {
        "tenant": {"id": acme.pk, "name": "Acme", "slug": "acme", "host": "acme.localhost"},
        "email": "carol@acme.test",
        "role_name": "Member",
        "invited_by": "Alice",
        "expires_at": made["expires_at"],
    }
    client = login(carol, "localhost")
    accepted = client.post(f"{URL}/accept", {"token": token_in(link)})
    assert (accepted.status_code, accepted.json()["host"]) == (200, "acme.localhost")
    assert Membership.objects.get(user=carol, tenant=acme).role == Role.MEMBER
    assert login(carol, HOST).get("/api/v1/contacts").status_code == 200
    assert outcome(client.post(f"{URL}/accept", {"token": token_in(link)})) == (410, "invitation_ended")


def test_a_mail_names_nothing_as_html(post, alice, acme, mailoutbox) -> None:
    User.objects.filter(pk=alice.pk).update(name="<b>A</b> & Co")
    post(URL, {"emails": ["carol@acme.test"], "role": "member"})
    assert mailoutbox[0].subject == "<b>A</b> & Co invites you to Acme"
    assert "&lt;b&gt;A&lt;/b&gt; &amp; Co" in mailoutbox[0].alternatives[0].content
    assert "<b>A</b> & Co invites you" in mailoutbox[0].body


def test_many_at_once_are_all_invited_or_none(post, acme, mailoutbox, bob) -> None:
    answer = post(URL, {"emails": ["a@x.test", "B@x.test", "b@x.test"], "role": "viewer"})
    assert [made["email"] for made in answer.json()["invitations"]] == ["a@x.test", "b@x.test"]
    assert sorted(mail.to[0] for mail in mailoutbox) == ["a@x.test", "b@x.test"]
    answer = post(URL, {"emails": ["c@x.test", "bob@acme.test"], "role": "viewer"})
    assert errors_of(answer) == [("/emails", "already_member")]
    assert "bob@acme.test" in answer.json()["errors"][0]["detail"]
    assert errors_of(post(URL, {"emails": ["d@x.test", "a@x.test"], "role": "viewer"})) == [
        ("/emails", "already_invited")
    ]
    assert Invitation.objects.count() == len(mailoutbox) == 2


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"emails": [], "role": "member"}, ("/emails", "min_length")),
        ({"emails": ["nobody"], "role": "member"}, ("/emails/0", "invalid")),
        ({"emails": [f"a{n}@x.test" for n in range(51)], "role": "member"}, ("/emails", "max_length")),
        ({"emails": ["a@x.test"], "role": "boss"}, ("/role", "does_not_exist")),
        ({"emails": ["a@x.test"]}, ("/role", "required")),
    ],
)
def test_what_cannot_be_is_refused(body, error, post, mailoutbox) -> None:
    answer = post(URL, body)
    assert (answer.status_code, errors_of(answer)) == (400, [error])
    assert not Invitation.objects.exists()
    assert mailoutbox == []


def test_a_link_is_good_for_whoever_has_it_until_it_is_revoked(post, owner, login, carol, charlie, acme) -> None:
    answer = post(f"{URL}/link", {"role": "viewer"})
    assert answer.status_code == 201
    token = token_in(answer.json()["url"])
    for user in (carol, charlie):
        assert login(user, "localhost").post(f"{URL}/accept", {"token": token}).status_code == 200
        assert Membership.objects.get(user=user, tenant=acme).role == Role.VIEWER
    assert outcome(login(carol, "localhost").post(f"{URL}/accept", {"token": token})) == (409, "already_member")
    [listed] = owner.get(URL).json()["results"]
    assert listed["email"] == ""
    assert "url" not in listed
    assert outcome(owner.post(f"{URL}/{listed['id']}/resend")) == (409, "no_address")
    assert owner.delete(f"{URL}/{listed['id']}").status_code == 204
    assert outcome(APIClient(HTTP_HOST="localhost").post(f"{URL}/offer", {"token": token})) == (410, "invitation_ended")


def test_sent_again_the_link_before_is_void(post, login, carol, acme, mailoutbox) -> None:
    post(URL, {"emails": [carol.email], "role": "member"})
    invitation = newest(acme)
    before = token_in(link_of(invitation))
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    client = login(carol, "localhost")
    assert outcome(client.post(f"{URL}/accept", {"token": before})) == (410, "invitation_ended")
    assert post(f"{URL}/{invitation.pk}/resend").json()["is_expired"] is False
    assert len(mailoutbox) == 2
    assert outcome(client.post(f"{URL}/accept", {"token": before})) == (410, "invitation_ended")
    assert client.post(f"{URL}/accept", {"token": token_in(link_of(newest(acme)))}).status_code == 200


def test_it_is_of_no_use_to_another_account(post, login, carol, charlie, acme) -> None:
    post(URL, {"emails": [carol.email], "role": "member"})
    token = token_in(link_of(newest(acme)))
    answer = login(charlie, "localhost").post(f"{URL}/accept", {"token": token})
    assert outcome(answer) == (403, "other_account")
    assert "carol" not in answer.json()["detail"]
    assert not Membership.objects.filter(user=charlie, tenant=acme).exists()
    assert login(carol, "localhost").post(f"{URL}/accept", {"token": token}).status_code == 200


@pytest.mark.parametrize("token", ["", "x", "WzEsMV0:forged", "\x00", "[1,1]", "é" * 10])
def test_a_token_that_is_not_ours_is_of_no_use(token, login, carol) -> None:
    client = login(carol, "localhost")
    for path in ("offer", "accept"):
        answer = client.post(f"{URL}/{path}", {"token": token})
        assert answer.status_code in (400, 410), answer.content
    assert client.post(f"{URL}/accept", {"token": "x"}).json()["code"] == "invitation_ended"


def test_nobody_accepts_without_logging_in(post, acme) -> None:
    post(URL, {"emails": ["carol@acme.test"], "role": "member"})
    answer = APIClient(HTTP_HOST="localhost").post(f"{URL}/accept", {"token": token_in(link_of(newest(acme)))})
    assert answer.status_code == 401


def test_who_became_a_member_meanwhile_is_told_so(post, login, carol, acme) -> None:
    post(URL, {"emails": [carol.email], "role": "admin"})
    add_member(tenant=acme, user=carol, role=Role.VIEWER)
    answer = login(carol, "localhost").post(f"{URL}/accept", {"token": token_in(link_of(newest(acme)))})
    assert outcome(answer) == (409, "already_member")
    assert Membership.objects.get(user=carol).role == Role.VIEWER


def test_nobody_invites_to_more_than_they_have(login, acme, bob) -> None:
    role = CustomRole.objects.create(tenant=acme, key="hr", name="HR", permissions=["members.invite"])
    CustomRole.objects.create(tenant=acme, key="rich", name="Rich", permissions=["tenant.export"])
    Membership.objects.filter(user=bob).update(role=Role.CUSTOM, custom_role=role)
    client = login(bob, HOST)
    for key in ("rich", "admin", "viewer", "owner"):
        assert outcome(client.post(f"{URL}/link", {"role": key})) == (403, "beyond_own_role")
    assert client.post(f"{URL}/link", {"role": "hr"}).status_code == 201
    rich = Invitation.objects.create(
        tenant=acme, email="a@x.test", role=Role.ADMIN, expires_at=timezone.now() + timedelta(days=1)
    )
    assert outcome(client.post(f"{URL}/{rich.pk}/resend")) == (403, "beyond_own_role")


def test_nobody_is_invited_as_an_owner(owner) -> None:
    for path, body in ((URL, {"emails": ["a@x.test"], "role": "owner"}), (f"{URL}/link", {"role": "owner"})):
        assert outcome(owner.post(path, body)) == (403, "beyond_own_role")


@pytest.mark.parametrize("who", ["bob", "vera"])
def test_who_may_not_invite_sees_who_is_invited(who, request, post, login, acme) -> None:
    post(URL, {"emails": ["carol@acme.test"], "role": "member"})
    client, number = login(request.getfixturevalue(who), HOST), newest(acme).pk
    assert [row["email"] for row in client.get(URL).json()["results"]] == ["carol@acme.test"]
    for answer in (
        client.post(URL, {"emails": ["a@x.test"], "role": "viewer"}),
        client.post(f"{URL}/link", {"role": "viewer"}),
        client.post(f"{URL}/{number}/resend"),
        client.delete(f"{URL}/{number}"),
    ):
        assert outcome(answer) == (403, "permission_required")


def test_another_tenants_invitations_are_not_there(post, login, charlie, acme) -> None:
    post(URL, {"emails": ["carol@acme.test"], "role": "member"})
    client, number = login(charlie, "globex.localhost"), newest(acme).pk
    assert client.get(URL).json()["results"] == []
    for answer in (
        client.get(f"{URL}/{number}"),
        client.post(f"{URL}/{number}/resend"),
        client.delete(f"{URL}/{number}"),
    ):
        assert outcome(answer) == (404, "not_found")
    assert Invitation.objects.count() == 1


def test_a_role_that_somebody_is_invited_to_stays(owner, acme) -> None:
    owner.post("/api/v1/roles", {"name": "Sales", "permissions": []})
    owner.post(f"{URL}/link", {"role": "sales"})
    assert outcome(owner.delete("/api/v1/roles/sales")) == (409, "role_in_use")
