"""Users, and one row for each of their logins."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower

from core.ids import uuid7


class UserManager(BaseUserManager["User"]):
    """Users by email, whatever its case."""

    use_in_migrations = False

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a user; without a password they can log in only by other means."""
        user = self.model(email=email, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a user who may do everything in Django's admin."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        """The user with this email."""
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person, in none, one or several tenants."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=150, blank=True)
    pending_tenant = models.CharField(max_length=100, blank=True, editable=False)
    """The name of the tenant that they have signed up with, until their address is verified and it is made."""
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        permissions = [("impersonate_user", "Can work as somebody else")]
        constraints = [models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_lower")]

    def __str__(self) -> str:
        return self.email

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the email in lower case: one person, one address, however it was typed."""
        self.email = self.email.strip().lower()
        super().save(*args, **kwargs)


class Revocation(models.TextChoices):
    """Why a login ended before its time."""

    LOGOUT = "logout", "Logged out"
    PASSWORD = "password", "Password changed"
    REUSE = "reuse", "Refresh token used twice"
    DEACTIVATED = "deactivated", "User deactivated"


class TokenFamily(models.Model):
    """One login, and the tokens that have come of it one after the other.

    Tokens themselves are nowhere stored; the ids of the current refresh token and of the one before it tell whether a
    token is the newest, a repetition or stolen. When the user's session row goes, the family goes with it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    """The claim `sid` of all its tokens."""
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="token_families")
    user_session = models.OneToOneField(
        "usersessions.UserSession", on_delete=models.CASCADE, related_name="token_family"
    )
    active_tenant = models.ForeignKey("tenants.Tenant", on_delete=models.SET_NULL, null=True, related_name="+")
    """The claim `tid` of its access tokens."""
    impersonator = models.ForeignKey(User, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    """The operator who works as the user, if it is one; see accounts.impersonation."""
    bound_host = models.CharField(max_length=253, blank=True)
    """Where alone it is good, if it was handed over to a tenant's host; see accounts.handoff."""
    current_jti = models.CharField(max_length=32)
    previous_jti = models.CharField(max_length=32, blank=True)
    issued_at = models.DateTimeField()
    """When the current refresh token was issued."""
    expires_at = models.DateTimeField()
    """When the current refresh token ends, unless it is used before."""
    max_expires_at = models.DateTimeField()
    """When the login ends, however often it is renewed."""
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_reason = models.CharField(max_length=20, choices=Revocation, blank=True)

    class Meta:
        verbose_name = "login"

    def __str__(self) -> str:
        return f"{self.user}, {self.issued_at:%Y-%m-%d %H:%M}"


class ApiKey(models.Model):
    """A key for programs, which acts for the member who made it; see accounts.api_keys. When they go, it goes."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    membership = models.ForeignKey("tenants.Membership", on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=60)
    start = models.CharField(max_length=40)
    """The key's first characters, by which people know it again."""
    digest = models.CharField(max_length=64, unique=True)
    """The SHA-256 of the key, which itself is nowhere stored."""
    scopes = models.JSONField(default=list, blank=True)
    """Codenames of permissions."""
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["-created_at"]
        verbose_name = "API key"

    def __str__(self) -> str:
        return f"{self.name} ({self.start}…)"
