"""Making people's accounts, and ending their logins."""

from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from .models import Revocation, TokenFamily, User
from .tokens import revoke

LOGIN_RECORDS_KEPT = timedelta(days=30)
UNVERIFIED_KEPT = timedelta(days=1)
"""How long somebody who has signed up can take to verify the address."""


def create_verified_user(email: str, password: str | None = None, **fields: Any) -> User:
    """Create a user of whose address there is no doubt, so that they can log in at once."""
    with transaction.atomic():
        user = User.objects.create_user(email, password, **fields)
        EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    return user


def purge_unverified() -> int:
    """Delete who has signed up and not verified the address within UNVERIFIED_KEPT, and say how many that were.

    Else somebody could keep others' addresses from signing up. Who belongs to a tenant, or has ever logged in, stays.
    """
    before = timezone.now() - UNVERIFIED_KEPT
    unverified = User.objects.filter(last_login=None, memberships=None, date_joined__lt=before, is_staff=False)
    verified = EmailAddress.objects.filter(user=OuterRef("pk"), verified=True)
    gone = unverified.filter(~Exists(verified), emailaddress__isnull=False).distinct()
    return gone.delete()[1].get("accounts.User", 0)


def end_all_sessions(user: User) -> None:
    """Log the user out everywhere."""
    with transaction.atomic():
        for session in UserSession.objects.filter(user=user):
            session.end()


def purge_logins() -> int:
    """Delete logins that ended more than LOGIN_RECORDS_KEPT ago, with their rows of allauth's, and say how many.

    Until then they tell why somebody was logged out.
    """
    before = timezone.now() - LOGIN_RECORDS_KEPT
    ended = TokenFamily.objects.filter(Q(revoked_at__lt=before) | Q(expires_at__lt=before))
    number = ended.count()
    UserSession.objects.filter(token_family__in=ended).delete()
    return number


def revoke_all(user: User, reason: Revocation) -> None:
    """Make every token of the user void, and leave it to Django what becomes of the sessions."""
    revoke(TokenFamily.objects.filter(user=user), reason)
