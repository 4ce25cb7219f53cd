"""Invitations: somebody is asked to become a member, by a mail to their address or by a link for whoever has it.

A row is there as long as the invitation can be used or sent again. The link is signed and not stored: it names the row
and how often the invitation was sent, so that sending it again makes the links before void.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.signing import BadSignature, Signer
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.http import urlencode

from accounts.models import User
from core.mail import Link, Mail, message
from members.audit import acting, member, record
from subscriptions.entitlements import require_seats

from .custom_roles import BeyondOwnRole, TenantRole, require_all
from .models import Invitation, Membership, Role, Tenant
from .registry import permissions_of
from .services import add_member

LIFETIME = timedelta(days=7)
"""How long an invitation can be accepted after it was sent."""
AT_ONCE = 50
"""How many addresses can be invited with one request."""

_signer = Signer(salt="tenants.invitations")


class NotForThem(Exception):
    """The invitation was sent to another address than that of whoever wants to accept it."""


class InvitationEnded(Exception):
    """The invitation was used, revoked or sent again, or its time is over."""


def invitations_of(tenant: Tenant) -> QuerySet[Invitation]:
    """What is open, and what has expired and can be sent again."""
    return Invitation.objects.filter(tenant=tenant).select_related("custom_role", "invited_by")


def invite(email: str, *, role: TenantRole, by: Membership) -> Invitation:
    """Invite whoever has the address, or with '' whoever gets the link. The mail is the caller's to send.

    Raises ValidationError for somebody who is a member or is invited already, BeyondOwnRole for a role that has more
    than one's own, and for owners: those are made by owners, among members; and PlanRefused where no seat is free.
    """
    _require_may_invite_as(role, by)
    tenant, email = by.tenant, email.strip().lower()
    if Membership.objects.filter(tenant=tenant, user__email=email).exists():
        raise _refusal("already_member", f"{email} is a member already.")
    invitation = Invitation(
        tenant=tenant,
        email=email,
        role=role.role,
        custom_role=role.custom,
        invited_by=by.user,
        expires_at=timezone.now() + LIFETIME,
    )
    invitation.full_clean(validate_constraints=False)
    try:
        with transaction.atomic():
            if email:
                require_seats(tenant)
            invitation.save()
    except IntegrityError as error:
        raise _refusal("already_invited", f"{email} is invited already. Send that invitation again.") from error
    _record("sent", invitation)
    return invitation


def renew(invitation: Invitation, *, by: Membership) -> None:
    """Let it be accepted for as long as a new one, by a new link alone. See invite for what is refused."""
    _require_may_invite_as(role_of(invitation), by)
    invitation.expires_at = timezone.now() + LIFETIME
    Invitation.objects.filter(pk=invitation.pk).update(expires_at=invitation.expires_at, sent=F("sent") + 1)
    invitation.refresh_from_db(fields=["sent"])
    _record("sent_again", invitation)


def revoke(invitation: Invitation) -> None:
    """Make its links void."""
    _record("revoked", invitation)
    invitation.delete()


def accept(token: str, *, user: User) -> Membership:
    """Make the user a member.

    Raises InvitationEnded, NotForThem, ValidationError for who is one already, and PlanRefused where no seat is free.

    A link for whoever has it goes on being good; any other is used up.
    """
    with transaction.atomic():
        invitation = open_invitation(token, lock=True)
        if invitation.email and invitation.email != user.email:
            raise NotForThem
        if Membership.objects.filter(tenant=invitation.tenant, user=user).exists():
            raise ValidationError(f"You are a member of {invitation.tenant} already.", code="already_member")
        if invitation.email:
            invitation.delete()
        require_seats(invitation.tenant)
        tenant, role = invitation.tenant, Role(invitation.role)
        membership = add_member(tenant=tenant, user=user, role=role, custom_role=invitation.custom_role)
        changes = {"role": (None, invitation.role_key)}
        with acting(member(membership, user)):
            record("member.joined", target=membership.pk, label=user.email, changes=changes, tenant=tenant)
        return membership


def open_invitation(token: str, *, lock: bool = False) -> Invitation:
    """The invitation that a link is about. Raises InvitationEnded, for a token that is not ours, too."""
    try:
        number, sent = _signer.unsign_object(token)
    except (BadSignature, ValueError) as error:
        raise InvitationEnded from error
    rows = Invitation.objects.select_related("tenant", "custom_role", "invited_by")
    if lock:
        rows = rows.select_for_update(of=("self",))
    found = rows.filter(pk=number, sent=sent, expires_at__gt=timezone.now()).first()
    if found is None:
        raise InvitationEnded
    return found


def link_of(invitation: Invitation) -> str:
    """Where it is accepted. Whoever has a link without an address becomes a member by it: treat it as a secret."""
    token = _signer.sign_object([invitation.pk, invitation.sent])
    return f"{settings.APP_URL}/invitation?{urlencode({'token': token})}"


def invitation_mail(invitation: Invitation) -> EmailMultiAlternatives:
    """The mail to whom it is for."""
    invited = f"{invitation.inviter} invites you" if invitation.inviter else "You are invited"
    what = f"{invited} to work with {invitation.tenant} in {settings.SITE_NAME}, as {invitation.role_name}."
    until = f"The invitation is good until {invitation.expires_at:%-d %B %Y}."
    why = "You need not do anything if you did not expect this: without your answer nothing happens."
    link = Link("Accept the invitation", link_of(invitation))
    return message(invitation.email, Mail(f"{invited} to {invitation.tenant}", (what, until), why, link=link))


def role_of(invitation: Invitation) -> TenantRole:
    """What whoever accepts it will be."""
    return TenantRole(Role(invitation.role), invitation.custom_role)


def addresses_in(emails: Iterable[str]) -> list[str]:
    """Each address once, as it is stored, in the order in which they were given."""
    return list(dict.fromkeys(email.strip().lower() for email in emails))


def _record(what: str, invitation: Invitation) -> None:
    changes = {"role": (None, invitation.role_key)}
    label, tenant = invitation.email or "link", invitation.tenant
    record(f"invitation.{what}", target=invitation.pk, label=label, changes=changes, tenant=tenant)


def _require_may_invite_as(role: TenantRole, by: Membership) -> None:
    if role.role == Role.OWNER:
        raise BeyondOwnRole("Nobody is invited as an owner. Invite them, and make them one when they are members.")
    require_all(role.permissions, permissions_of(by))


def _refusal(code: str, detail: str) -> ValidationError:
    return ValidationError({"emails": ValidationError(detail, code=code)})
