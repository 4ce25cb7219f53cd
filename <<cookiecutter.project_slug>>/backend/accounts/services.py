"""Ending logins."""

from allauth.usersessions.models import UserSession
from django.db import transaction

from .models import Revocation, TokenFamily, User
from .tokens import revoke


def end_all_sessions(user: User) -> None:
    """Log the user out everywhere."""
    with transaction.atomic():
        for session in UserSession.objects.filter(user=user):
            session.end()


def revoke_all(user: User, reason: Revocation) -> None:
    """Make every token of the user void, and leave it to Django what becomes of the sessions."""
    revoke(TokenFamily.objects.filter(user=user), reason)
