"""A tenant's own domains: whoever can write the domain's DNS shows with a TXT record that it is theirs."""

from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from dns.exception import DNSException
from dns.rdatatype import TXT
from dns.resolver import NXDOMAIN, NoAnswer, Resolver

from .models import Domain, Tenant

TIMEOUT = 5.0
"""Seconds that DNS has for its answer, all attempts together."""


class DnsUnavailable(Exception):
    """DNS did not answer: nothing is known about the record. The message says what went wrong."""


@dataclass(frozen=True)
class Challenge:
    """The TXT record that shows whose a domain is."""

    name: str
    value: str


def challenge_of(domain: Domain) -> Challenge:
    """The record that the tenant has to create."""
    return Challenge(f"{settings.DOMAIN_CHALLENGE}.{domain.host}", f"{settings.DOMAIN_CHALLENGE[1:]}={domain.token}")


def add_domain(tenant: Tenant, *, host: str) -> Domain:
    """Note that the tenant says the host is its own; it serves nothing until `verify_domain`.

    Raises ValidationError for a malformed host, one of the product's own, and one that the tenant has already.
    """
    domain = Domain(tenant=tenant, host=host.strip().lower().rstrip("."))
    if f".{domain.host}".endswith(f".{settings.BASE_DOMAIN}"):
        raise ValidationError({"host": f"Hosts below {settings.BASE_DOMAIN} are the product's own."}, code="reserved")
    if tenant.domains.filter(host=domain.host).exists():
        raise ValidationError({"host": f"'{domain.host}' is in your list of domains already."}, code="unique")
    domain.full_clean()
    domain.save()
    return domain


def verify_domain(domain: Domain) -> None:
    """Ask DNS whether the domain is the tenant's, and let it serve the tenant if so.

    Raises ValidationError, which says what to create and what was found instead, and DnsUnavailable. Where another
    tenant had shown that the host is theirs, it is asked whether that still holds: the one whose record is gone loses
    it.
    """
    _require_record(domain)
    holder = _other_holder(domain)
    if holder and challenge_of(holder).value in _records(challenge_of(holder).name):
        raise ValidationError(
            {"host": f"'{domain.host}' serves another customer, whose TXT record is there as well. Remove that one."},
            code="taken",
        )
    with transaction.atomic():
        if holder:
            Domain.objects.filter(pk=holder.pk).update(verified_at=None)
        domain.verified_at = timezone.now()
        domain.save(update_fields=["verified_at"])


def recheck_domain(domain: Domain) -> bool:
    """Is a verified domain still the tenant's? If its record is gone, it serves the tenant no longer.

    Raises DnsUnavailable, and changes nothing then.
    """
    try:
        _require_record(domain)
    except ValidationError:
        Domain.objects.filter(pk=domain.pk).update(verified_at=None)
        return False
    return True


def _other_holder(domain: Domain) -> Domain | None:
    return Domain.objects.filter(host=domain.host, verified_at__isnull=False).exclude(pk=domain.pk).first()


def _require_record(domain: Domain) -> None:
    challenge = challenge_of(domain)
    found = _records(challenge.name)
    if challenge.value not in found:
        instead = "There is " + (" and ".join(f"'{text}'" for text in found) if found else "no such record") + "."
        raise ValidationError(
            {"host": f"Create the TXT record {challenge.name} with the value '{challenge.value}'. {instead}"},
            code="not_verified",
        )


def _records(name: str) -> list[str]:
    """The texts of the TXT records of that name. Raises DnsUnavailable."""
    try:
        answer = _resolver().resolve(f"{name}.", TXT, lifetime=TIMEOUT)
    except (NXDOMAIN, NoAnswer):
        return []
    except DNSException as error:
        raise DnsUnavailable(f"DNS gave no answer about {name}: {error}") from error
    return sorted(b"".join(record.strings).decode(errors="replace") for record in answer)


def _resolver() -> Resolver:
    if not settings.DNS_SERVERS:
        return Resolver()
    resolver = Resolver(configure=False)
    address, _, port = settings.DNS_SERVERS[0].rpartition(":")
    resolver.nameservers, resolver.port = [address], int(port)
    return resolver
