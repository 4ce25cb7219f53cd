"""The command `check_domains`: look whether tenants' own domains are still theirs."""

from typing import Any

from django.core.management.base import BaseCommand

from tenants.domains import DnsUnavailable, recheck_domain
from tenants.models import Domain


class Command(BaseCommand):
    """Asks DNS about every verified domain. One whose TXT record is gone no longer serves its tenant."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        for domain in Domain.objects.filter(verified_at__isnull=False).select_related("tenant"):
            self.stdout.write(f"{domain.host}: {_verdict(domain)}")


def _verdict(domain: Domain) -> str:
    try:
        fine = recheck_domain(domain)
    except DnsUnavailable as error:
        return f"not checked, as {error}"
    return "fine" if fine else f"its TXT record is gone, so it no longer serves {domain.tenant.slug}"
