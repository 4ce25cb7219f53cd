"""`migrate_tenants` tells how each tenant fared, and stops where it should."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tenants.isolation import fleet
from tenants.models import Tenant

pytestmark = pytest.mark.django_db(databases=["default", "owner"])

FAILURE = r"""1 of {done} tenants could not be migrated:
  acme: ZeroDivisionError: division by zero
{untried}Mend what is wrong, and run `python manage.py migrate_tenants` again: those that are done stay done."""


def migrate(*arguments: str) -> list[str]:
    out = StringIO()
    try:
        call_command("migrate_tenants", *arguments, stdout=out)
    finally:
        lines = out.getvalue().splitlines()
        printed[:] = lines
    return lines


printed: list[str] = []


@pytest.fixture
def acme_fails(monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[str], int]]:
    """Whom the fleet was called for, and how many at a time."""
    calls: list[tuple[list[str], int]] = []

    def migrate_fleet(
        tenants: Sequence[Tenant], *, parallel: int, report: Callable[[Tenant, Exception | None], None]
    ) -> None:
        calls.append(([tenant.slug for tenant in tenants], parallel))
        for tenant in tenants:
            report(tenant, ZeroDivisionError("division by zero") if tenant.slug == "acme" else None)

    monkeypatch.setattr(fleet, "migrate_fleet", migrate_fleet)
    return calls


def test_it_tells_how_each_fared() -> None:
    assert migrate() == ["[1/2] acme: up to date", "[2/2] globex: up to date", "2 tenants are up to date."]
    assert migrate("--tenant", "globex", "--canary", "1") == [
        "[1/1] globex: up to date",
        "1 tenants are up to date.",
    ]
    assert migrate("--verbosity", "0") == []


def test_others_go_on_where_one_fails(acme_fails: list[tuple[list[str], int]]) -> None:
    with pytest.raises(CommandError) as failure:
        migrate("--parallel", "3")
    assert str(failure.value) == FAILURE.format(done=2, untried="")
    assert printed == ["[1/2] acme: FAILED", "[2/2] globex: up to date"]
    assert acme_fails == [(["acme", "globex"], 3)]


def test_a_canary_that_fails_stops_it(acme_fails: list[tuple[list[str], int]]) -> None:
    with pytest.raises(CommandError) as failure:
        migrate("--canary", "1")
    assert str(failure.value) == FAILURE.format(done=1, untried="The other 1 were not tried.\n")
    assert acme_fails == [(["acme"], 4)]


def test_after_its_canaries_it_goes_on(acme_fails: list[tuple[list[str], int]]) -> None:
    migrate("--canary", "1", "--tenant", "globex")
    assert acme_fails == [(["globex"], 4)]
    with pytest.raises(CommandError, match="of 2 tenants"):
        migrate("--canary", "2")


@pytest.mark.parametrize("arguments", [["--parallel", "0"], ["--canary", "-1"], ["--parallel", "many"]])
def test_a_number_that_is_none_is_refused(arguments: list[str]) -> None:
    with pytest.raises(CommandError, match="invalid"):
        migrate(*arguments)


def test_somebody_unknown_is_refused() -> None:
    with pytest.raises(CommandError, match="There is no tenant with the slug 'initech'"):
        migrate("--tenant", "initech", "--tenant", "acme")
    assert printed == []
