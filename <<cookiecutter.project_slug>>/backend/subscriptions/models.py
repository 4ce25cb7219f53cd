"""What we know of tenants' subscriptions and of the payment provider.

All of it lies in one place for all tenants; what belongs to one is reached through its BillingAccount.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from django.db import models
from django.utils import timezone

from tenants.models import Tenant

from .plans import Interval
from .provider import LIVE, Outcome, Status

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class PlanPrice(models.Model):
    """A price that the provider has of us. It stays when the plan costs something else: somebody may still pay it."""

    plan_key = models.CharField(max_length=40)
    interval = models.CharField(max_length=10, choices=Interval)
    currency = models.CharField(max_length=3)
    amount = models.PositiveIntegerField()
    """Of one seat in an interval, in the currency's smallest unit."""
    provider_ref = models.CharField(max_length=255, unique=True)
    active = models.BooleanField(default=True)
    """It is what new customers pay."""
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["amount"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan_key", "interval"], condition=models.Q(active=True), name="plan_price_one_active"
            )
        ]

    def __str__(self) -> str:
        return f"{self.plan_key} each {self.interval}"


class BillingAccount(models.Model):
    """What a tenant is to the payment provider, and what its plan lets it do at this moment."""

    if TYPE_CHECKING:
        subscriptions: RelatedManager[Subscription]
        attempts: RelatedManager[CheckoutAttempt]
        operations: RelatedManager[BillingOperation]
        invoices: RelatedManager[Invoice]

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    """Names the account to the provider."""
    tenant = models.OneToOneField(Tenant, on_delete=models.CASCADE, related_name="billing")
    customer_ref = models.CharField(max_length=255, unique=True, null=True, editable=False)  # noqa: DJ001  (unique)
    billing_email = models.EmailField(blank=True)
    legal_name = models.CharField(max_length=200, blank=True)
    tax_id = models.CharField(max_length=40, blank=True)
    address = models.TextField(max_length=500, blank=True)
    region = models.CharField(max_length=2, blank=True)
    """The place of supply: the state's number in India's GST, '' elsewhere."""

    plan_key = models.CharField(max_length=40, blank=True)
    """Of the current subscription; '' without one. This and the next three are copies, for each request to read."""
    status = models.CharField(max_length=20, choices=Status, blank=True)
    seats = models.PositiveIntegerField(default=0)
    past_due_since = models.DateTimeField(null=True)
    overrides = models.JSONField(default=dict)
    """What was agreed beside the plan: {"contacts": [50000, "2027-01-01T00:00:00+00:00" or null], …}."""

    sync_wanted = models.PositiveBigIntegerField(default=0)
    """Counts reasons to ask the provider anew."""
    sync_done = models.PositiveBigIntegerField(default=0)
    """The count that the last answer covers: more were wanted if it is behind."""
    sync_token = models.PositiveBigIntegerField(default=0)
    """Whoever asks takes the next one, and may write only as long as it is the newest."""
    sync_leased_until = models.DateTimeField(null=True)
    """Until then somebody is asking; after that they are taken for dead."""
    sync_retry_at = models.DateTimeField(null=True)
    """Until then nobody asks again after an error, but for somebody who waits."""
    sync_failures = models.PositiveIntegerField(default=0)
    sync_error = models.TextField(blank=True)
    synced_at = models.DateTimeField(null=True)
    duplicate_live = models.BooleanField(default=False)
    """The provider has two live subscriptions of it: an operator has to look."""
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["sync_retry_at"],
                condition=models.Q(sync_wanted__gt=models.F("sync_done")),
                name="account_wants_sync",
            )
        ]

    def __str__(self) -> str:
        return f"billing of {self.tenant}"

    @property
    def current(self) -> Subscription | None:
        """The subscription that counts, or counted last."""
        return self.subscriptions.filter(is_current=True).first()


class Subscription(models.Model):
    """A subscription as the provider had it when it was asked last."""

    account = models.ForeignKey(BillingAccount, on_delete=models.CASCADE, related_name="subscriptions")
    provider_ref = models.CharField(max_length=255, unique=True)
    status = models.CharField(max_length=20, choices=Status)
    raw_status = models.CharField(max_length=40)
    """In the provider's words."""
    price_ref = models.CharField(max_length=255)
    plan_key = models.CharField(max_length=40, blank=True)
    """'' if the price is none of ours."""
    interval = models.CharField(max_length=10, choices=Interval, blank=True)
    seats = models.PositiveIntegerField()
    period_start = models.DateTimeField(null=True)
    period_end = models.DateTimeField(null=True)
    trial_end = models.DateTimeField(null=True)
    cancel_at = models.DateTimeField(null=True)
    pending = models.JSONField(default=dict)
    """A change that is to come: {"plan": …, "seats": …, "interval": …, "at": ISO time or None until it is paid}."""
    payment_method = models.CharField(max_length=100, blank=True)
    created = models.DateTimeField()
    raw = models.JSONField(default=dict)
    is_current = models.BooleanField(default=False)
    held_cancellation = models.DateTimeField(null=True)
    """When it is to end by a wish that is kept here, as the provider could not be made to forget it again."""
    cancellation_sent = models.DateTimeField(null=True)
    """Since when the provider knows of that wish."""

    class Meta:
        ordering = ["-created"]
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=models.Q(is_current=True), name="subscription_one_current"
            )
        ]

    def __str__(self) -> str:
        return f"{self.provider_ref}: {self.status}"

    @property
    def is_live(self) -> bool:
        """It goes on, or can go on."""
        return Status(self.status) in LIVE


class CheckoutAttempt(models.Model):
    """Somebody was sent to pay. There is one at a time, and its id keeps a double click from making two."""

    class State(models.TextChoices):
        OPEN = "open"
        DONE = "done"
        EXPIRED = "expired"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    account = models.ForeignKey(BillingAccount, on_delete=models.CASCADE, related_name="attempts")
    price = models.ForeignKey(PlanPrice, on_delete=models.PROTECT, related_name="+")
    seats = models.PositiveIntegerField()
    trial_days = models.PositiveIntegerField(default=0)
    success_url = models.URLField(max_length=500)
    cancel_url = models.URLField(max_length=500)
    provider_ref = models.CharField(max_length=255, unique=True, null=True)  # noqa: DJ001  (unique)
    url = models.URLField(max_length=2000, blank=True)
    popup = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["account"], condition=models.Q(state="open"), name="checkout_one_open")
        ]

    def __str__(self) -> str:
        return f"{self.price}: {self.state}"

    @property
    def is_over(self) -> bool:
        """Nobody can pay there any more."""
        return self.expires_at is not None and self.expires_at <= timezone.now()


class BillingOperation(models.Model):
    """A change that the provider is asked for. It is written down before it is asked, so that none is asked twice."""

    class State(models.TextChoices):
        STARTED = "started"
        """What became of it is not known yet."""
        DONE = "done"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    """The key by which the provider knows it again."""
    account = models.ForeignKey(BillingAccount, on_delete=models.CASCADE, related_name="operations")
    kind = models.CharField(max_length=40)
    params = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.STARTED)
    outcome = models.CharField(max_length=20, choices=Outcome, blank=True)
    error = models.TextField(blank=True)
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=models.Q(state="started"), name="operation_one_started"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.state}"


class Invoice(models.Model):
    """An invoice as the provider had it when it was asked last. Amounts are in the currency's smallest unit.

    It stays when its tenant is erased: tax law wants it kept.
    """

    account = models.ForeignKey(BillingAccount, on_delete=models.SET_NULL, null=True, related_name="invoices")
    provider_ref = models.CharField(max_length=255, unique=True)
    subscription_ref = models.CharField(max_length=255, blank=True)
    number = models.CharField(max_length=100, blank=True)
    status = models.CharField(max_length=20)
    currency = models.CharField(max_length=3)
    total = models.BigIntegerField()
    amount_paid = models.BigIntegerField()
    issued_at = models.DateTimeField()
    period_start = models.DateTimeField(null=True)
    period_end = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    url = models.URLField(max_length=2000, blank=True)
    pdf_url = models.URLField(max_length=2000, blank=True)
    document = models.JSONField(default=dict)
    """What stands on our own document, as it was when it was issued; {} where the provider's is the document."""

    class Meta:
        ordering = ["-issued_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.number or self.provider_ref}: {self.status}"


class WebhookEvent(models.Model):
    """An event the provider has told us of, once, however often it was delivered.

    The payload is kept for people to look at. Nothing acts on it: deliveries come late, twice and out of order, so
    what is true has to be asked of the provider.
    """

    class State(models.TextChoices):
        RECEIVED = "received"
        DONE = "done"
        """The provider was asked after it came."""
        IGNORED = "ignored"
        """It is about nobody that we know."""

    provider = models.CharField(max_length=20)
    event_id = models.CharField(max_length=255)
    type = models.CharField(max_length=255)
    created = models.DateTimeField()
    """When it happened, as the provider says."""
    received_at = models.DateTimeField(auto_now_add=True)
    payload = models.JSONField()
    state = models.CharField(max_length=20, choices=State, default=State.RECEIVED)
    account = models.ForeignKey(BillingAccount, on_delete=models.SET_NULL, null=True, related_name="events")
    sequence = models.PositiveBigIntegerField(default=0)
    """The account's `sync_wanted` that it made."""

    class Meta:
        ordering = ["-received_at"]
        constraints = [models.UniqueConstraint(fields=["provider", "event_id"], name="webhook_event_once")]
        indexes = [
            models.Index(fields=["account", "sequence"], condition=models.Q(state="received"), name="event_to_do"),
            models.Index(fields=["received_at"], name="event_received_at"),
        ]

    def __str__(self) -> str:
        return f"{self.type} ({self.event_id})"


class Reconciliation(models.Model):
    """What one comparison of everything has found; see `reconciliation`. It is there for operators to see a trend."""

    began_at = models.DateTimeField(auto_now_add=True)
    seen = models.PositiveIntegerField()
    """How many subscriptions the provider has."""
    drifted = models.JSONField(default=list)
    """The names of those of which it said something else than we did."""
    strangers = models.JSONField(default=list)
    """Live subscriptions of no account of ours."""

    class Meta:
        ordering = ["-began_at"]

    def __str__(self) -> str:
        return f"{len(self.drifted)} of {self.seen} differed"


class EntitlementOverride(models.Model):
    """What was agreed with a tenant beside its plan. `entitlements.override` makes them."""

    account = models.ForeignKey(BillingAccount, on_delete=models.CASCADE, related_name="agreements")
    key = models.CharField(max_length=60)
    """A limit or a feature of `plans`."""
    value = models.IntegerField(null=True)
    """A limit's number, null for none; 1 for a feature, 0 for its lack."""
    reason = models.CharField(max_length=200)
    expires_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "key"], name="override_once")]

    def __str__(self) -> str:
        return f"{self.key}: {self.value}"


class DunningNotice(models.Model):
    """A mail about a payment that failed, once for each step of each episode."""

    account = models.ForeignKey(BillingAccount, on_delete=models.CASCADE, related_name="notices")
    episode: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    """Since when payments fail; or, for the end of a trial, when it ends."""
    step = models.CharField(max_length=20)
    sent_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "episode", "step"], name="notice_once")]

    def __str__(self) -> str:
        return f"{self.step} of {self.episode:%Y-%m-%d}"
