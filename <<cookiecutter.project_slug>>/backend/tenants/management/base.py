"""Commands of an operator's that work for tenants."""

from collections.abc import Callable
from traceback import format_exception_only
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser, OutputWrapper

from tenants.fanout import active_tenants, for_each_tenant
from tenants.models import Tenant


class TenantCommand(BaseCommand):
    """A command that does the same for one tenant after the other: for those it is told, or for all active ones.

    Subclasses have `handle_tenant`. If it fails for one tenant, the others get their turn all the same.
    """

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--tenant", action="append", metavar="SLUG", help="Whom it is for; may be repeated.")
        parser.add_argument("--all-tenants", action="store_true", help="It is for every active tenant.")

    def handle(self, *args: Any, **options: Any) -> None:
        tenants = self.tenants(options.pop("tenant"), every=options.pop("all_tenants"))
        try:
            for_each_tenant(lambda tenant: self.handle_tenant(tenant, *args, **options), tenants=tenants)
        except ExceptionGroup as failed:
            for error in failed.exceptions:
                self.stderr.write("".join(format_exception_only(error)).strip())
            raise CommandError(str(failed.message)) from failed

    def handle_tenant(self, tenant: Tenant, *args: Any, **options: Any) -> None:
        """Do it for the tenant, which is the current one."""
        raise NotImplementedError

    @staticmethod
    def tenants(slugs: list[str] | None, *, every: bool) -> list[Tenant]:
        """Whom the command is for. Raises CommandError where that is not said, or said of nobody."""
        if bool(slugs) == every:
            raise CommandError("Say for whom: --tenant SLUG, as often as you like, or --all-tenants.")
        return [tenant_of_slug(slug) for slug in slugs] if slugs else active_tenants()


def tenant_of_slug(slug: str) -> Tenant:
    """The tenant of that slug. Raises CommandError if there is none."""
    tenant = Tenant.objects.filter(slug=slug).first()
    if tenant is None:
        raise CommandError(f"There is no tenant with the slug '{slug}'.")
    return tenant


def progress_to(output: OutputWrapper) -> Callable[[int, int], None]:
    """Tells how far a command is, at each whole percent."""
    last = -1

    def report(done: int, total: int) -> None:
        nonlocal last
        percent = done * 100 // total if total else 100
        if percent > last:
            last = percent
            output.write(f"{percent:3}% ({done} of {total})")

    return report
