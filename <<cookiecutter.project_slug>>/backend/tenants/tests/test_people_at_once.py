"""What two people do to a tenant's members at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

from django.db import connections, transaction

from accounts.models import User
from conftest import PASSWORD, World
from tenants.custom_roles import TenantRole
from tenants.invitations import _signer, accept, invite
from tenants.models import Membership, Role
from tenants.people import remove_member


def outcomes(work: Callable[[Any], object], given: list[Any]) -> list[str]:
    """What came of the work for each of these at once: "done", or the name of what was raised."""

    def one(value: Any) -> str:
        try:
            work(value)
        except Exception as error:
            return getattr(error, "code", None) or type(error).__name__
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(len(given)) as pool:
        return sorted(pool.map(one, given))


def test_of_two_owners_who_leave_one_stays(committed_db: World) -> None:
    """The second leaves before the first has committed, so that each still sees the other."""
    Membership.objects.filter(user=committed_db.bob).update(role=Role.OWNER)
    first, second = Membership.objects.filter(tenant=committed_db.acme, role=Role.OWNER)
    first_left, second_left = Event(), Event()

    def leave(owner: Membership) -> None:
        if owner == second:
            first_left.wait()
            remove_member(owner, by=owner)
            second_left.set()
        else:
            with transaction.atomic():
                remove_member(owner, by=owner)
                first_left.set()
                second_left.wait(timeout=1)  # it must not come to that

    assert outcomes(leave, [first, second]) == ["done", "last_owner"]
    assert Membership.objects.filter(tenant=committed_db.acme, role=Role.OWNER).count() == 1


def test_an_invitation_that_is_accepted_four_times_counts_once(committed_db: World) -> None:
    carol = User.objects.create_user("carol@acme.test", PASSWORD)
    inviter = Membership.objects.select_related("tenant", "user").get(user=committed_db.alice)
    invitation = invite(carol.email, role=TenantRole(Role.MEMBER, None), by=inviter)
    token = _signer.sign_object([invitation.pk, invitation.sent])
    found = outcomes(lambda number: accept(token, user=carol), [1, 2, 3, 4])
    assert found == ["InvitationEnded", "InvitationEnded", "InvitationEnded", "done"]
    assert Membership.objects.filter(user=carol, tenant=committed_db.acme).count() == 1
