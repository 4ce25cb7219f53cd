"""What answers let a browser do: run and load things (CSP), show them in frames, read them from elsewhere (CORS)."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.tests.browser import Browser, logged_in
from core.middleware import DATA_POLICY, PAGE_POLICY
from core.views import DOCS_POLICY

pytestmark = pytest.mark.django_db

ANSWERS = {
    "/api/v1/me": (401, DATA_POLICY),
    "/api/v1/schema": (200, DATA_POLICY),
    "/api/v1/nothing": (404, DATA_POLICY),
    "/_allauth/browser/v1/auth/session": (401, DATA_POLICY),
    "/healthz": (200, DATA_POLICY),
    "/api/v1/docs": (200, DOCS_POLICY),
    "/api/v1/docs?script=": (200, DOCS_POLICY),
    "/admin/login/": (200, PAGE_POLICY),
    "/maintenance/login/": (200, PAGE_POLICY),
}
LISTED, FOREIGN = "https://app.example", "https://evil.example"


def ask(path: str, host: str = "localhost", **headers: str) -> Any:
    return Client(raise_request_exception=False, headers={"host": host}).get(path, headers=headers)


@pytest.mark.parametrize("path", ANSWERS)
def test_every_answer_says_what_may_be_done_with_it(path: str) -> None:
    answer = ask(path)
    assert (answer.status_code, answer.headers["Content-Security-Policy"]) == ANSWERS[path]
    assert answer.headers["Permissions-Policy"] == "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


@pytest.mark.urls("core.tests.urls")
def test_so_does_a_failure() -> None:
    answer = ask("/crash")
    assert (answer.status_code, answer.headers["Content-Security-Policy"]) == (500, DATA_POLICY)


@pytest.mark.parametrize("host", ["nobody.localhost", "not.allowed.example"])
def test_so_does_a_refusal_before_any_view(host: str) -> None:
    answer = ask("/api/v1/me", host)
    assert (answer.status_code in (400, 404), answer.headers["Content-Security-Policy"]) == (True, DATA_POLICY)


@pytest.mark.parametrize("path", ["/", "/admin/login/", "/api/v1/docs", "/api/v1/me"])
def test_nothing_is_put_into_a_frame(path: str) -> None:
    answer = ask(path, accept="text/html")
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("page", ["", "accounts/user/", "accounts/user/add/", "accounts/tokenfamily/"])
@pytest.mark.parametrize("site", ["admin", "maintenance"])
def test_pages_of_the_admin_have_nothing_that_their_policy_stops(site: str, page: str) -> None:
    operator = Browser("localhost")
    operator.force_login(User.objects.create_superuser("root@acme.test"))
    answer = operator.get(f"/{site}/{page}")
    assert answer.status_code == (404 if site == "maintenance" and page else 200)
    text = answer.content.decode()
    assert "<style" not in text
    assert " style=" not in text
    assert "<script>" not in text
    assert " onclick=" not in text


def test_the_documentation_has_its_script_in_a_file() -> None:
    text = ask("/api/v1/docs").content.decode()
    assert text.count("<script") == text.count("<script src=") == 3
    script = ask("/api/v1/docs?script=")
    assert script.headers["Content-Type"].startswith("application/javascript")
    assert "SwaggerUIBundle({" in script.content.decode()


@pytest.fixture
def listed(settings: Any) -> None:
    """A page of another origin may call the API with cookies."""
    settings.CORS_ALLOWED_ORIGINS = settings.CSRF_TRUSTED_ORIGINS = [LISTED]


@pytest.mark.usefixtures("listed")
@pytest.mark.parametrize("path", ["/api/v1/me", "/_allauth/browser/v1/auth/session", "/api/v1/nothing"])
def test_a_listed_origin_reads_the_answers(path: str) -> None:
    answer = ask(path, origin=LISTED)
    assert answer.headers["Access-Control-Allow-Origin"] == LISTED
    assert answer.headers["Access-Control-Allow-Credentials"] == "true"
    assert "X-Request-ID" in answer.headers["Access-Control-Expose-Headers"]
    assert "origin" in answer.headers["Vary"]


@pytest.mark.usefixtures("listed")
@pytest.mark.parametrize("origin", [FOREIGN, "null", "http://app.example", f"{LISTED}.evil.example", f"{LISTED}:444"])
@pytest.mark.parametrize("path", ["/api/v1/me", "/_allauth/browser/v1/auth/session"])
def test_no_other_origin_does(origin: str, path: str) -> None:
    answer = ask(path, origin=origin)
    assert [name for name in answer.headers if name.startswith("Access-Control-")] == []


@pytest.mark.usefixtures("listed")
@pytest.mark.parametrize("path", ["/admin/login/", "/maintenance/login/", "/healthz"])
def test_nor_is_anything_beside_the_api_read(path: str) -> None:
    assert "Access-Control-Allow-Origin" not in ask(path, origin=LISTED).headers


def preflight(origin: str) -> Any:
    headers = {"origin": origin, "access-control-request-method": "PATCH", "host": "localhost"}
    return Client().options("/api/v1/contacts", headers=headers)


@pytest.mark.usefixtures("listed")
def test_before_a_request_that_changes_something_the_browser_asks() -> None:
    allowed = preflight(LISTED)
    assert (allowed.status_code, allowed.headers["Access-Control-Allow-Origin"]) == (200, LISTED)
    assert "PATCH" in allowed.headers["Access-Control-Allow-Methods"]
    for name in ("authorization", "idempotency-key", "if-match", "x-csrftoken", "x-session-token"):
        assert name in allowed.headers["Access-Control-Allow-Headers"]
    assert [name for name in preflight(FOREIGN).headers if name.startswith("Access-Control-")] == []


@pytest.mark.usefixtures("listed")
def test_a_listed_origin_changes_something_with_the_token(alice: User) -> None:
    browser = logged_in(alice)
    assert browser.post("/api/v1/auth/refresh", headers={"Origin": LISTED}).status_code == 200
    assert browser.post("/api/v1/auth/refresh", headers={"Origin": FOREIGN}).status_code == 403
    assert browser.post("/api/v1/auth/refresh", headers={"Origin": LISTED, "X-CSRFToken": ""}).status_code == 403
