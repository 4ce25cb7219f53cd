"""`/`, the documentation and the schema."""

import re
from pathlib import Path

import pytest
import yaml
from django.conf import settings as configuration
from django.contrib.staticfiles import finders
from django.core.management import call_command
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.models import User
from conftest import PASSWORD

pytestmark = pytest.mark.django_db

CLIENT = APIClient(HTTP_HOST="localhost")
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


@pytest.mark.parametrize("accept", ["*/*", "application/json", "application/*", "image/png", ""])
def test_a_client_gets_links(accept: str) -> None:
    answer = CLIENT.get("/", headers={"accept": accept, "host": "localhost:8000"})
    assert answer.headers["Content-Type"] == "application/json"
    assert "Accept" in answer.headers["Vary"]
    assert answer.json() == {
        "name": configuration.SITE_NAME,
        "version": configuration.VERSION,
        "docs": "http://localhost:8000/api/v1/docs",
        "schema": "http://localhost:8000/api/v1/schema",
        "health": "http://localhost:8000/healthz",
        "ready": "http://localhost:8000/readyz",
    }


def test_a_browser_gets_a_page(settings: Settings) -> None:
    settings.SITE_NAME = "Acme <b>& Söhne"
    answer = CLIENT.get("/", headers={"accept": BROWSER})
    page = answer.content.decode()
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "Accept" in answer.headers["Vary"]
    assert "<h1>Acme &lt;b&gt;&amp; Söhne</h1>" in page
    assert "<b>" not in page
    assert "curl http://localhost/_allauth/app/v1/auth/login" in page
    for link in re.findall(r'href="(/[^"]*)"', page):
        assert CLIENT.get(link).status_code in (200, 302), link


def test_what_the_page_says_about_logging_in_is_true(alice: User) -> None:
    page = CLIENT.get("/", headers={"accept": BROWSER}).content.decode()
    address, path = re.findall(r"curl http://localhost(\S+)", page)
    tokens = APIClient(HTTP_HOST="localhost").post(address, {"email": alice.email, "password": PASSWORD}).json()["meta"]
    assert tokens.keys() >= {"access_token", "refresh_token"}
    answer = APIClient(HTTP_HOST="localhost").get(path, headers={"authorization": f"Bearer {tokens['access_token']}"})
    assert (answer.status_code, answer.json()["email"]) == (200, "alice@acme.test")


def test_the_page_may_load_nothing_and_run_nothing() -> None:
    answer = CLIENT.get("/", headers={"accept": BROWSER})
    nonce = re.findall(r'<style nonce="([\w-]+)">', answer.content.decode())[0]
    assert answer.headers["Content-Security-Policy"] == (
        f"default-src 'none'; style-src 'nonce-{nonce}'; img-src data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    assert nonce not in CLIENT.get("/", headers={"accept": BROWSER}).content.decode()


def test_the_front_door_is_for_reading() -> None:
    answer = CLIENT.post("/")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert CLIENT.head("/").status_code == 200


@pytest.mark.parametrize("path", ["/api/v1/docs", "/api/v1/schema"])
def test_documentation_is_public_whoever_asks(path: str) -> None:
    assert CLIENT.get(path).status_code == 200
    expired = APIClient(HTTP_HOST="localhost", HTTP_AUTHORIZATION="Bearer not.a.token")
    assert expired.get(path).status_code == 200


def test_the_documentation_needs_no_other_server() -> None:
    page = CLIENT.get("/api/v1/docs").content.decode()
    assert "https://" not in page
    files = re.findall(r'(?:src|href)="/static/([^"]+)"', page)
    assert len(files) == 4
    for file in files:
        assert finders.find(file), file


def test_the_schema_is_complete_and_valid(tmp_path: Path) -> None:
    """Fails with a list of them if there is a single warning."""
    file = tmp_path / "schema.yml"
    call_command("spectacular", file=str(file), validate=True, fail_on_warn=True)
    schema = yaml.safe_load(file.read_text())
    operations = [
        (path, method, operation) for path, item in schema["paths"].items() for method, operation in item.items()
    ]
    assert ("/api/v1/me", "get") in [operation[:2] for operation in operations]
    for path, method, operation in operations:
        errors = {code: answer for code, answer in operation["responses"].items() if code[0] not in "123"}
        assert {"400", "404", "406", "429", "503"} <= errors.keys()
        for code, answer in errors.items():
            shared = schema["components"]["responses"].get(answer.get("$ref", "").rpartition("/")[2])
            problem = (shared or answer)["content"]["application/problem+json"]["schema"]
            assert problem == {"$ref": "#/components/schemas/Problem"}, f"{method} {path} {code}"
    assert schema["paths"]["/api/v1/me"]["get"]["security"] == [{"bearer": []}, {"cookie": []}]
    assert {"200", "401", "403"} <= schema["paths"]["/api/v1/me"]["get"]["responses"].keys()
    assert {"409", "413", "422"} <= schema["paths"]["/api/v1/contacts"]["post"]["responses"].keys()
    assert "412" in schema["paths"]["/api/v1/contacts/{id}"]["patch"]["responses"]
