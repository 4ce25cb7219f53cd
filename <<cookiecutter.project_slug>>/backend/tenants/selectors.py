"""Questions about tenants, hosts and memberships."""

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.http.request import split_domain_port

from accounts.models import User

from .models import RESERVED_SLUGS, Domain, Membership, Tenant


class UnknownHost(LookupError):
    """The host looks like a tenant's, and no tenant has it."""


def tenant_of_host(host: str) -> Tenant | None:
    """The tenant that a host name belongs to; None for the product's own hosts.

    Those are BASE_DOMAIN, its reserved subdomains such as `api`, and what is nobody's verified domain. Raises
    UnknownHost for any other subdomain that no tenant has.
    """
    host = host.lower().rstrip(".")
    if host == settings.BASE_DOMAIN:
        return None
    if host.endswith("." + settings.BASE_DOMAIN):
        return _tenant_of_slug(host.removesuffix("." + settings.BASE_DOMAIN))
    domain = Domain.objects.filter(host=host, verified_at__isnull=False).select_related("tenant__billing").first()
    return domain.tenant if domain else None


def _tenant_of_slug(slug: str) -> Tenant | None:
    if slug in RESERVED_SLUGS:
        return None
    tenant = Tenant.objects.filter(slug=slug).select_related("billing").first()
    if tenant is None:
        raise UnknownHost(slug)
    return tenant


def tenant_at(request: HttpRequest) -> Tenant | None:
    """The tenant of the host that was asked; see tenant_of_host."""
    return tenant_of_host(asked_host(request))


def asked_host(request: HttpRequest) -> str:
    """The host that was asked, without its port."""
    return split_domain_port(request.get_host())[0]


def host_of(tenant: Tenant) -> str:
    """The host name of the tenant's subdomain."""
    return f"{tenant.slug}.{settings.BASE_DOMAIN}"


def domains_of(tenant: Tenant) -> QuerySet[Domain]:
    """The hosts that the tenant says are its own, verified or not."""
    return Domain.objects.filter(tenant=tenant)


def membership_of(user: User, tenant: Tenant) -> Membership | None:
    """The user's membership in the tenant, or None."""
    return Membership.objects.filter(user=user, tenant=tenant).first()


def membership_in(user: User, tenant: str) -> Membership | None:
    """The user's membership, with its tenant, in the one of this id or slug; None if there is no such."""
    named = Q(tenant_id=int(tenant)) if tenant.isdecimal() else Q(tenant__slug=tenant)
    return memberships_of(user).filter(named).first()


def memberships_of(user: User) -> QuerySet[Membership]:
    """All memberships of a user with their tenants, the oldest first."""
    return Membership.objects.filter(user=user).select_related("tenant", "custom_role").order_by("created_at", "pk")
