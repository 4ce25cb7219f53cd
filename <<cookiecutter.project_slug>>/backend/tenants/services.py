"""Creating tenants and taking people in."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify

from accounts.models import User
from members.audit import changes_in, record
from members.models import Member

from .context import tenant_context
from .isolation.provisioning import provision
from .models import RESERVED_SLUGS, SLUG, CustomRole, Membership, Role, Tenant
from .transactions import tenant_atomic


def create_tenant(*, name: str, owner: User, slug: str | None = None) -> Tenant:
    """Create a tenant with its place for rows, and make the user its owner.

    `slug` becomes the subdomain; without one it is made from the name. Raises ValidationError for a slug that is
    taken, reserved or malformed.
    """
    with transaction.atomic():
        tenant = Tenant(name=name, slug=slug or free_slug(name))
        validate_slug(tenant.slug)
        tenant.full_clean()
        tenant.save()
        provision(tenant)
        add_member(tenant=tenant, user=owner, role=Role.OWNER)
    return tenant


def add_member(*, tenant: Tenant, user: User, role: Role, custom_role: CustomRole | None = None) -> Membership:
    """Make the user a member of the tenant. Raises ValidationError if they are one already."""
    membership = Membership(tenant=tenant, user=user, role=role, custom_role=custom_role)
    membership.full_clean()
    with transaction.atomic():
        membership.save()
        with tenant_context(tenant), tenant_atomic():
            Member.objects.create(pk=membership.pk, name=user.name, email=user.email)
    return membership


def rename(tenant: Tenant, *, name: str) -> None:
    """Call the tenant something else; its subdomain stays. See tenants.lifecycle.rename_tenant for that."""
    changes = changes_in(tenant, {"name": name})
    tenant.name = name
    tenant.save(update_fields=["name"])
    record("tenant.renamed", target=tenant.pk, label=tenant.name, changes=changes, tenant=tenant)


def validate_slug(slug: str) -> None:
    """Raise ValidationError where the slug cannot be a tenant's subdomain."""
    try:
        SLUG(slug)
    except ValidationError as error:
        raise ValidationError({"slug": error}) from error
    if slug in RESERVED_SLUGS:
        kept = ValidationError(f"'{slug}' is kept for the product itself. Choose another.", code="reserved")
        raise ValidationError({"slug": kept})


def free_slug(name: str) -> str:
    """A slug for the name that nobody has: 'acme', else 'acme-2', 'acme-3' …"""
    base = _slug_from(name)
    taken = set(Tenant.objects.filter(slug__startswith=base).values_list("slug", flat=True)) | RESERVED_SLUGS
    number, slug = 1, base
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug


def _slug_from(name: str) -> str:
    """The name in a-z, 0-9 and '-', short enough for a number behind; 'tenant' where nothing is left of it."""
    slug = slugify(name).replace("_", "-").lstrip("-0123456789")[:32].strip("-")
    return slug or "tenant"
