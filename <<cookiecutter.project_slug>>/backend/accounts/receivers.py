"""What allauth and Django tell about logins, and what becomes of the tokens then."""

from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set, user_logged_in
from allauth.headless.constants import Client
from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from .cookies import queue
from .models import Revocation, TokenFamily, User
from .services import revoke_all
from .tokens import issue, revoke


@receiver(user_logged_in)
def issue_tokens(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """A browser that has logged in gets its cookies; an app gets its tokens from TokenFamilyStrategy."""
    if not _is_app(request):
        queue(request, issue(request))


@receiver([password_changed, password_set])
def keep_this_browser_only(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """With a new password every login ends, but the browser that has set it goes on, in a new family.

    Django has given it a new session key by now.
    """
    revoke_all(user, Revocation.PASSWORD)
    issue_tokens(request, user)


@receiver(password_reset)
def end_all_logins(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Whoever resets a password may have lost it to somebody: every login ends."""
    revoke_all(user, Revocation.PASSWORD)


@receiver(user_logged_out)
def end_this_login(request: HttpRequest | None, **kwargs: Any) -> None:
    """The session's tokens are void at once, and the browser's cookies go."""
    if request is None:
        return
    key = request.session.session_key
    revoke(TokenFamily.objects.filter(user_session__session_key=key), Revocation.LOGOUT)
    queue(request, None)


def _is_app(request: HttpRequest) -> bool:
    headless = getattr(getattr(request, "allauth", None), "headless", None)
    return headless is not None and headless.client == Client.APP
