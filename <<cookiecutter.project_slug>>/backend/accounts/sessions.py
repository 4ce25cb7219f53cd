"""Django's session behind a login, looked up by its key outside of any request."""

from importlib import import_module

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from .models import User

BOUND_HOST = "bound_host"
"""In a session that was handed over to a tenant's host: where alone it is good."""


def user_of_session(key: str) -> User | None:
    """The user whom the session has logged in.

    None if the session has ended, the user is deactivated, or the password was changed since: Django compares the
    session with a hash of it.
    """
    request = HttpRequest()
    request.session = session_of(key)
    user = get_user(request)
    return user if isinstance(user, User) else None


def end_session(key: str) -> None:
    """Delete the session, so that nothing can be done with its cookie any more."""
    session_of(key).delete()


def user_session_of(request: HttpRequest) -> UserSession:
    """The row that shows people this login among their sessions.

    allauth deletes the row of a session in which it finds no user, and its app client lists sessions before this one
    has been saved; so it is saved here.
    """
    request.session.save()
    UserSession.objects.create_from_request(request)
    return UserSession.objects.get(session_key=request.session.session_key)


def session_of(key: str) -> SessionBase:
    """The session of this key; an empty one if it has ended."""
    store: SessionBase = import_module(settings.SESSION_ENGINE).SessionStore(session_key=key)
    return store
