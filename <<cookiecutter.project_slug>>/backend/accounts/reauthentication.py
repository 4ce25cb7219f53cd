"""What must not be done by a login that somebody has left open, or whose access token was stolen."""

import time

from allauth.account import app_settings
from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request

from .models import TokenFamily
from .sessions import session_of
from .tokens import AccessToken


def require_recent(request: Request) -> None:
    """Let a view of the API go on only if the person has authenticated within ACCOUNT_REAUTHENTICATION_TIMEOUT.

    By whatever means, as they logged in or by allauth's `auth/reauthenticate` since, which both its clients have.
    Raises PermissionDenied with code `reauthentication_required`, also where no person has logged in.
    """
    if not (isinstance(request.auth, AccessToken) and _is_recent(request.auth.family)):
        raise PermissionDenied(
            "Confirm that it is you, by auth/reauthenticate below /_allauth/browser/v1/ or /_allauth/app/v1/. "
            "Then try again.",
            code="reauthentication_required",
        )


def _is_recent(family: TokenFamily) -> bool:
    """allauth keeps in the session by what means somebody has authenticated, and when."""
    request = HttpRequest()
    request.session = session_of(family.user_session.session_key)
    records = get_authentication_records(request, family.user)
    last = max((record["at"] for record in records), default=0)
    return bool(time.time() - last < app_settings.REAUTHENTICATION_TIMEOUT)
