"""Commands say for whom they work, and work for nobody else."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from members.models import Member
from tenants.context import TenantMissing, current_tenant, current_tenant_or_none
from tenants.management.base import TenantCommand
from tenants.models import Tenant

pytestmark = pytest.mark.django_db

LOOK = "from members.models import Member; print(sorted(Member.objects.values_list('name', flat=True)))"


class CountMembers(TenantCommand):
    """Counts; fails for Globex where told so."""

    def add_arguments(self, parser: Any) -> None:
        super().add_arguments(parser)
        parser.add_argument("--fail-for")

    def handle_tenant(self, tenant: Tenant, *args: Any, **options: Any) -> None:
        assert tenant == current_tenant()
        if tenant.slug == options["fail_for"]:
            raise ZeroDivisionError("division by zero")
        self.stdout.write(f"{tenant.slug} {Member.objects.count()}")


def run(*arguments: str) -> list[str]:
    out = StringIO()
    call_command(CountMembers(), *arguments, stdout=out)
    return out.getvalue().splitlines()


def test_a_command_works_for_the_tenants_it_is_told() -> None:
    assert run("--tenant", "globex") == ["globex 1"]
    assert run("--tenant", "globex", "--tenant", "acme") == ["globex 1", "acme 3"]
    assert current_tenant_or_none() is None


def test_a_command_works_for_all() -> None:
    assert run("--all-tenants") == ["acme 3", "globex 1"]


@pytest.mark.parametrize("arguments", [[], ["--tenant", "acme", "--all-tenants"]])
def test_a_command_wants_to_know_for_whom(arguments: list[str]) -> None:
    with pytest.raises(CommandError, match="Say for whom: --tenant SLUG"):
        run(*arguments)


def test_a_command_for_nobody_we_know_does_nothing() -> None:
    out = StringIO()
    with pytest.raises(CommandError, match="no tenant with the slug 'nobody'"):
        call_command(CountMembers(), "--tenant", "acme", "--tenant", "nobody", stdout=out)
    assert out.getvalue() == ""


def test_a_failure_for_one_is_told_and_the_others_are_served() -> None:
    out, err = StringIO(), StringIO()
    with pytest.raises(CommandError, match="1 of 2 tenants failed"):
        call_command(CountMembers(), "--all-tenants", "--fail-for", "acme", stdout=out, stderr=err)
    assert out.getvalue() == "globex 1\n"
    assert "ZeroDivisionError: division by zero\nThis happened for the tenant 'acme'." in err.getvalue()


def test_a_shell_works_inside_a_tenant(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("shell", tenant="acme", command=LOOK)
    assert "['Alice', 'Bob', 'Vera']" in capsys.readouterr().out
    assert current_tenant_or_none() is None


def test_a_shell_without_a_tenant_reaches_no_tenants_rows() -> None:
    with pytest.raises(TenantMissing):
        call_command("shell", command=LOOK)


def test_a_shell_for_nobody_we_know_does_not_open() -> None:
    with pytest.raises(CommandError, match="no tenant with the slug 'nobody'"):
        call_command("shell", tenant="nobody", command=LOOK)
