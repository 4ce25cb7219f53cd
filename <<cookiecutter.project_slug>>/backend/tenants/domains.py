"""A tenant's own domains: whoever can write the domain's DNS shows with a TXT record that it is theirs."""

from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from dns.exception import DNSException
from dns.rdatatype import TXT
from dns.resolver import NXDOMAIN, NoAnswer, Resolver

from members.audit import record

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


class NotVerified(ValidationError):
    """The record is not there: `expected` is what the tenant has to create, `found` the texts that are there."""

    def __init__(self, expected: Challenge, found: list[str]) -> None:
        self.expected, self.found = expected, found
        instead = " and ".join(f"'{text}'" for text in found) if found else "no such record"
        detail = f"Create the TXT record {expected.name} with the value '{expected.value}'. There is {instead}."
        super().__init__(detail, code="not_verified")


def challenge_of(domain: Domain) -> Challenge:
    """The record that the tenant has to create."""
    return Challenge(f"{settings.DOMAIN_CHALLENGE}.{domain.host}", f"{settings.DOMAIN_CHALLENGE[1:]}={domain.token}")


def add_domain(tenant: Tenant, *, host: str) -> Domain:
    """Note that the tenant says the host is its own; it serves nothing until `verify_domain`.

    Raises ValidationError for a malformed host, one of the product's own, and one that the tenant has already.
    """
    domain = Domain(tenant=tenant, host=host.strip().lower().rstrip("."))
    if f".{domain.host}".endswith(f".{settings.BASE_DOMAIN}"):
        raise _refusal("reserved", f"Hosts below {settings.BASE_DOMAIN} are the product's own.")
    domain.full_clean(validate_constraints=False)
    try:
        with transaction.atomic():
            domain.save()
    except IntegrityError as error:
        raise _refusal("unique", f"'{domain.host}' is in your list of domains already.") from error
    record("domain.added", target=domain.pk, label=domain.host, tenant=tenant)
    return domain


def remove_domain(domain: Domain) -> None:
    """Let it serve the tenant no longer."""
    record("domain.removed", target=domain.pk, label=domain.host, tenant=domain.tenant)
    domain.delete()


def _refusal(code: str, detail: str) -> ValidationError:
    return ValidationError({"host": ValidationError(detail, code=code)})


def verify_domain(domain: Domain) -> None:
    """Ask DNS whether the domain is the tenant's, and let it serve the tenant if so.

    Raises NotVerified, which says what to create and what was found instead, and DnsUnavailable. Where another tenant
    had shown that the host is theirs, it is asked whether that still holds: the one whose record is gone loses it, and
    else ValidationError. DNS takes its time: call it outside of a transaction.
    """
    _require_record(domain)
    holder = _other_holder(domain)
    if holder and challenge_of(holder).value in _records(challenge_of(holder).name):
        raise _taken(domain)
    try:
        _hand_over(holder, domain)
    except IntegrityError as error:  # another tenant has shown the same at the same moment
        raise _taken(domain) from error


def _taken(domain: Domain) -> ValidationError:
    detail = f"'{domain.host}' serves another customer, whose TXT record is there as well. Remove that one."
    return ValidationError(detail, code="taken")


def _hand_over(holder: Domain | None, domain: Domain) -> None:
    with transaction.atomic():
        if holder:
            Domain.objects.filter(pk=holder.pk).update(verified_at=None)
        domain.verified_at = timezone.now()
        domain.save(update_fields=["verified_at"])
        record("domain.verified", target=domain.pk, label=domain.host, tenant=domain.tenant)


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
        raise NotVerified(challenge, found)


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
