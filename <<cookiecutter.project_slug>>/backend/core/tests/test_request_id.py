"""One id follows a request through header, body and log."""

import logging
from collections.abc import Iterator

import pytest
from rest_framework.test import APIClient

from core.logging import ContextFilter, current_request_id, request_id_variable
from tenants.context import tenant_context
from tenants.models import Tenant

pytestmark = [pytest.mark.django_db, pytest.mark.urls("core.tests.urls")]

CLIENT = APIClient(HTTP_HOST="localhost")


class Lines(logging.Handler):
    """Keeps the lines it is given, with what the filter adds."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.addFilter(ContextFilter())
        self.setFormatter(logging.Formatter("{tenant} {request_id} {message}", style="{"))

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def lines() -> Iterator[list[str]]:
    handler = Lines()
    logging.getLogger().addHandler(handler)
    yield handler.lines
    logging.getLogger().removeHandler(handler)


@pytest.mark.parametrize("sent", ["0198c0de-0000-7000-8000-000000000001", "a.b_c-12", "x" * 128])
def test_a_well_formed_id_is_kept(sent: str) -> None:
    answer = CLIENT.get("/nowhere", headers={"x-request-id": sent})
    assert answer.headers["X-Request-ID"] == sent
    assert answer.json()["request_id"] == sent


@pytest.mark.parametrize(
    "sent",
    ["", "short", "x" * 129, "has a space", "new\nline-12", "new-line-12\n", "<script>alert</script>", "ééééééééé"],
)
def test_any_other_id_is_replaced(sent: str) -> None:
    given = CLIENT.get("/read-only", headers={"x-request-id": sent}).headers["X-Request-ID"]
    assert given != sent
    assert len(given) == 32
    assert int(given, 16)


def test_each_request_has_its_own_id() -> None:
    assert len({CLIENT.get("/read-only").headers["X-Request-ID"] for _ in range(3)}) == 3


def test_the_id_ends_with_the_request() -> None:
    CLIENT.get("/read-only")
    assert current_request_id() == "-"


def test_a_log_line_names_tenant_and_request(lines: list[str], acme: Tenant) -> None:
    token = request_id_variable.set("request-1")
    with tenant_context(acme):
        logging.getLogger("any").warning("inside")
    request_id_variable.reset(token)
    logging.getLogger("any").warning("outside")
    assert lines == ["acme request-1 inside", "- - outside"]


def test_so_does_djangos_line_about_a_refused_request(lines: list[str], acme: Tenant) -> None:
    CLIENT.get("/nowhere", headers={"host": "acme.localhost", "x-request-id": "request-2"})
    assert lines == ["acme request-2 Not Found: /nowhere"]
