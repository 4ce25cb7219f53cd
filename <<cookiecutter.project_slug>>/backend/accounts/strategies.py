"""What allauth's app client, for mobile apps and scripts, gets instead of cookies."""

from typing import TypedDict

from allauth.headless.tokens.strategies.sessions import SessionTokenStrategy
from django.http import HttpRequest
from rest_framework_simplejwt.exceptions import TokenError

from .tokens import AccessToken, issue, rotate


class AccessTokenPayload(TypedDict):
    """The part of allauth's answer that holds the tokens."""

    access_token: str
    refresh_token: str
    expires_in: int


class TokenFamilyStrategy(SessionTokenStrategy):  # type: ignore[misc]
    """The same tokens as a browser's, in the body."""

    def create_access_token_payload(self, request: HttpRequest) -> AccessTokenPayload:
        """Called once a user has logged in, before the signal about it."""
        pair = issue(request)
        return {
            "access_token": str(pair.access),
            "refresh_token": str(pair.refresh),
            "expires_in": int(AccessToken.lifetime.total_seconds()),
        }

    def refresh_token(self, refresh_token: str) -> tuple[str, str] | None:
        """The next access and refresh token; None, which allauth answers with 400, if the login has ended."""
        try:
            pair = rotate(refresh_token)
        except TokenError:
            return None
        return str(pair.access), str(pair.refresh)
