"""A browser that has to show its CSRF token, as the tests' own client does not."""

import json
import re
from typing import Any

from django.conf import settings
from django.core import mail
from rest_framework.response import Response
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tokens import AccessToken, RefreshToken
from conftest import PASSWORD

ALLAUTH = "/_allauth/browser/v1/"


class Browser(APIClient):
    """Keeps cookies and sends the CSRF token along, unless the headers say otherwise."""

    def __init__(self, host: str = "acme.localhost") -> None:
        super().__init__(enforce_csrf_checks=True, HTTP_HOST=host)
        self.get("/api/v1/auth/csrf")

    def request(self, **kwargs: Any) -> Response:
        if settings.CSRF_COOKIE_NAME in self.cookies:
            kwargs.setdefault("HTTP_X_CSRFTOKEN", self.cookies[settings.CSRF_COOKIE_NAME].value)
        return super().request(**kwargs)

    def send(self, path: str, **data: Any) -> Response:
        """POST the data as JSON in ASCII: so it can spell what has no encoding, such as half a surrogate pair."""
        return self.post(path, json.dumps(data), content_type="application/json")

    def log_in(self, user: User, password: str = PASSWORD) -> Response:
        return self.send(ALLAUTH + "auth/login", email=user.email, password=password)

    def verify(self) -> Response:
        """Give the code of the newest mail back, to show that the address is theirs."""
        return self.send(ALLAUTH + "auth/email/verify", key=newest_code())

    def log_out(self) -> Response:
        return self.delete(ALLAUTH + "auth/session")

    def refresh(self) -> Response:
        return self.post("/api/v1/auth/refresh")

    def me(self) -> Response:
        return self.get("/api/v1/me")

    @property
    def access(self) -> AccessToken:
        return AccessToken(self.cookies["access"].value)

    @property
    def refresh_token(self) -> RefreshToken:
        return RefreshToken(self.cookies["refresh"].value)


def said(answer: Response) -> tuple[int, dict[str, Any]]:
    """The status and the body, less what is another one in each answer."""
    body: dict[str, Any] = answer.json()
    body.pop("request_id")
    return answer.status_code, body


def newest_code() -> str:
    """The code in the newest mail."""
    found = re.search(r"^    (\S+)$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found, mail.outbox[-1].body
    return found[1]


def logged_in(user: User, host: str = "acme.localhost") -> Browser:
    """A browser in which the user has logged in at that host."""
    browser = Browser(host)
    answer = browser.log_in(user)
    assert answer.status_code == 200, answer.content
    return browser


def with_bearer(token: object, host: str = "acme.localhost") -> APIClient:
    """A client without cookies that sends this token."""
    return APIClient(HTTP_HOST=host, HTTP_AUTHORIZATION=f"Bearer {token}")


def outcome(answer: Any) -> tuple[int, str]:
    """Status and code of an answer that went wrong."""
    return answer.status_code, answer.json().get("code", "") if answer.content else ""
