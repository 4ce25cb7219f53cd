"""The control plane's facts about tenants: who they are, under which hosts, and who belongs to them."""

import secrets

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from .isolation.models import TenantPlace

SLUG = RegexValidator(
    r"\A[a-z](?:[a-z0-9-]{0,38}[a-z0-9])?\Z",
    "Use 1 to 40 of a-z, 0-9 and '-': a letter first, no '-' at the end.",
)
HOST = RegexValidator(
    r"\A(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}\Z",
    "Use a host name such as app.example.com: lower case, no port, no path.",
)

RESERVED_SLUGS = frozenset(
    """
    about account accounts admin api app apps assets auth billing blog cdn dashboard dev docs email ftp graphql help
    host imap internal localhost login logout mail media mx news ns ns1 ns2 pop pricing public register root signup
    smtp sso staging static status support system test webhooks www
    """.split()  # noqa: SIM905  (a list of quoted words is no easier to read)
)
"""Subdomains that the product itself may want, or that would pass for it."""


class Status(models.TextChoices):
    """What may be done for a tenant; see tenants.lifecycle."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    DELETING = "deleting"


class Tenant(TenantPlace):
    """A customer: the company or team that signs up, works and pays together."""

    name = models.CharField(max_length=100)
    slug = models.CharField(
        max_length=40, unique=True, validators=[SLUG], error_messages={"unique": "This subdomain already exists."}
    )
    """Its subdomain: SLUG.BASE_DOMAIN."""
    status = models.CharField(max_length=10, choices=Status, default=Status.ACTIVE, editable=False)
    status_reason = models.CharField(max_length=200, blank=True, editable=False)
    """Why it is suspended or being deleted: for operators."""
    suspended_for = models.CharField(max_length=200, blank=True, editable=False)
    """Why it was suspended when its deletion was asked for: it is again if that is cancelled. '' if it was not."""
    delete_after = models.DateTimeField(null=True, editable=False)
    """Until then a tenant that is being deleted can be kept after all."""
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:
        """Requests are answered and tasks run."""
        return self.status == Status.ACTIVE

    @property
    def is_past_grace(self) -> bool:
        """It is being erased, or will be any moment: nobody can keep it, and nothing of it."""
        return self.delete_after is not None and self.delete_after <= timezone.now()


def new_token() -> str:
    """What only the tenant knows, until it is published in the domain's DNS: 160 random bits."""
    return secrets.token_hex(20)


class Domain(models.Model):
    """A host name that a tenant says is its own. Its subdomain needs no row: the slug is the subdomain.

    Any tenant may say so of any host; one of them at a time has shown it.
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="domains")
    host = models.CharField(max_length=253, validators=[HOST])
    token = models.CharField(max_length=40, default=new_token, editable=False)
    """What the tenant puts into the domain's DNS to show that it is theirs; see tenants.domains."""
    created_at = models.DateTimeField(auto_now_add=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    """Until the tenant has shown that the domain is theirs, it resolves to nothing."""

    class Meta:
        ordering = ["host"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "host"], name="domain_once"),
            models.UniqueConstraint(
                fields=["host"], condition=models.Q(verified_at__isnull=False), name="domain_verified_once"
            ),
        ]

    def __str__(self) -> str:
        return self.host


class Role(models.TextChoices):
    """What a person is in a tenant; tenants.registry says what each may do."""

    OWNER = "owner"
    ADMIN = "admin"
    MEMBER = "member"
    VIEWER = "viewer"
    CUSTOM = "custom"
    """One that the tenant has put together itself: see CustomRole."""


SYSTEM_ROLES = (Role.OWNER, Role.ADMIN, Role.MEMBER, Role.VIEWER)
"""The product's own roles. Each may do what those after it may."""


class CustomRole(models.Model):
    """A role that a tenant has put together; see tenants.custom_roles."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="custom_roles")
    key = models.SlugField(max_length=40)
    """Names it in the API and in archives; it stays when the role is renamed."""
    name = models.CharField(max_length=60)
    permissions = models.JSONField(default=list, blank=True)
    """Their codenames. What the product does not know any more counts for nothing."""
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "key"], name="custom_role_key"),
            models.UniqueConstraint(
                "tenant",
                Lower("name"),
                name="custom_role_name",
                violation_error_code="unique",
                violation_error_message="You have a role of this name.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class WithRole(models.Model):
    """A row that gives somebody a role: one of the product's, or one of the tenant's own."""

    role = models.CharField(max_length=20, choices=Role)
    custom_role = models.ForeignKey(
        CustomRole, on_delete=models.RESTRICT, null=True, blank=True, related_name="%(class)ss"
    )
    """Where `role` is CUSTOM, which."""

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=models.Q(role=Role.CUSTOM, custom_role__isnull=False)
                | ~models.Q(role=Role.CUSTOM) & models.Q(custom_role__isnull=True),
                name="%(class)s_role",
            ),
        ]

    @property
    def role_key(self) -> str:
        """The key of the role, whoever has made it."""
        return self.custom_role.key if self.custom_role else self.role

    @property
    def role_name(self) -> str:
        """What people call the role."""
        return self.custom_role.name if self.custom_role else str(Role(self.role).label)


class Membership(WithRole):
    """A person in a tenant. `members.Member` is its shadow among the tenant's own rows, under the same id."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "user"], name="membership_once"),
            *WithRole.Meta.constraints,
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.tenant}"


class Invitation(WithRole):
    """Somebody is asked to become a member, and has not answered; see tenants.invitations."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(blank=True)
    """Whose it is; '' for one that is a link for whoever has it."""
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    sent = models.PositiveSmallIntegerField(default=1)
    """How often it was sent: only the newest link is good."""
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "email"], condition=~models.Q(email=""), name="invitation_once"),
            *WithRole.Meta.constraints,
        ]

    def __str__(self) -> str:
        return f"{self.email or 'whoever has the link'} to {self.tenant}"

    @property
    def is_expired(self) -> bool:
        """It has to be sent again before it can be accepted."""
        return self.expires_at <= timezone.now()

    @property
    def inviter(self) -> str:
        """Who has sent it, for people; '' if they are gone."""
        return (self.invited_by.name or self.invited_by.email) if self.invited_by else ""


class Erasure(models.Model):
    """The certificate that a tenant was erased: what was there, when it went, and who wanted that. It stays.

    It has no link to anything, so that nothing takes it along. See tenants.erasure.
    """

    tenant_id = models.BigIntegerField(unique=True)
    slug = models.CharField(max_length=40)
    requested_by = models.CharField(max_length=254)
    counts = models.JSONField()
    """How many there were when the erasure began: {"contacts.Contact": 12, …, "files": 3}."""
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    """Until then the erasure goes on when it is asked for again."""
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["started_at"]

    def __str__(self) -> str:
        return f"erasure of {self.slug}"


class MaintenanceAccess(models.Model):
    """Somebody reached across tenants, or into one; see tenants.maintenance.

    Like a certificate it has no link to anything, so that nothing takes it along.
    """

    who = models.CharField(max_length=254)
    reason = models.TextField()
    tenant_id = models.BigIntegerField(null=True)
    """The one whose rows were opened in the maintenance site; None where it was across all."""
    slug = models.CharField("tenant", max_length=40, blank=True)
    """Of that tenant, at the time."""
    started_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)
    """None while it goes on, or if the process was killed; in the maintenance site, when it ends at the latest."""

    class Meta:
        ordering = ["-started_at"]
        verbose_name_plural = "maintenance accesses"

    def __str__(self) -> str:
        return f"{self.who}: {self.reason}"
