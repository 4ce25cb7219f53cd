"""The command `create_tenant`: a new tenant for somebody who has an account."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from tenants.models import Role, Tenant
from tenants.services import create_tenant


class Command(BaseCommand):
    """Creates a tenant with its place for rows. The same command again finds it there and changes nothing."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--owner", required=True, metavar="EMAIL", help="Who owns it; has to have an account.")
        parser.add_argument("--slug", help="Its subdomain; made from the name if it is left out.")

    def handle(self, *args: Any, name: str, owner: str, slug: str | None, **options: Any) -> None:
        user = User.objects.filter(email=owner.strip().lower()).first()
        if user is None:
            raise CommandError(f"Nobody has an account with the email '{owner}'. Let them sign up first.")
        found = _there_already(user, name, slug)
        try:
            tenant = found or create_tenant(name=name, owner=user, slug=slug)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"The tenant '{tenant.slug}' {'is there already' if found else 'is ready'}.")


def _there_already(owner: User, name: str, slug: str | None) -> Tenant | None:
    wanted = {"slug": slug} if slug else {"name": name}
    return Tenant.objects.filter(**wanted, memberships__user=owner, memberships__role=Role.OWNER).first()
