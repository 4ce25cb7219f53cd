"""Ending logins."""

from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from .models import Revocation, TokenFamily, User
from .tokens import revoke

LOGIN_RECORDS_KEPT = timedelta(days=30)


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
