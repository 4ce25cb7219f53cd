"""What allauth and Django tell about logins, and what becomes of the tokens then."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed, password_changed, password_reset, password_set, user_logged_in
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


@receiver(email_confirmed)
def doubt_the_password(request: HttpRequest, email_address: EmailAddress, **kwargs: Any) -> None:
    """Drop a password that was chosen before anybody had shown that the address is theirs, unless by this browser.

    Else a stranger signs up with somebody's address and waits: when its owner comes some day and logs in by a mailed
    code, the stranger's password would open what is the owner's from then on.
    """
    user = email_address.user
    if request.user.is_authenticated or hasattr(request, "has_set_password") or _has_begun_to_log_in(request, user):
        return
    user.set_unusable_password()
    user.save(update_fields=["password"])


def _has_begun_to_log_in(request: HttpRequest, user: User) -> bool:
    """Did this browser sign up, or know the password, and has nothing but the code to give?"""
    from allauth.account.stages import EmailVerificationStage, LoginStageController  # a circle, if it comes first

    stage = LoginStageController.enter(request, EmailVerificationStage.key)
    return stage is not None and stage.login.user == user


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
