"""Plans, the subscription and invoices in JSON. Amounts are in the currency's smallest unit."""

from __future__ import annotations

import re
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from .models import BillingAccount, CheckoutAttempt, Invoice
from .plans import PAID, Interval, Plan
from .prices import CURRENCY
from .provider import Outcome, Status, When

PLAN_KEYS = [plan.key for plan in PAID]


class PriceSerializer(serializers.Serializer[Any]):
    """What a plan costs."""

    interval = serializers.ChoiceField(choices=Interval.choices)
    amount = serializers.IntegerField(help_text="Of one seat, in the currency's smallest unit.")


class PlanSerializer(serializers.Serializer[Plan]):
    """A plan."""

    key = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    currency = serializers.SerializerMethodField(help_text="ISO 4217, in lower case.")
    prices = serializers.SerializerMethodField(help_text="Empty for the free plan.")
    least_seats = serializers.IntegerField(source="seats.least")
    most_seats = serializers.IntegerField(source="seats.most")
    trial_days = serializers.IntegerField()
    limits = serializers.DictField(child=serializers.IntegerField(allow_null=True), help_text="null: no limit.")
    features = serializers.SerializerMethodField()

    def get_currency(self, plan: Plan) -> str:
        return CURRENCY

    @extend_schema_field(PriceSerializer(many=True))
    def get_prices(self, plan: Plan) -> list[dict[str, Any]]:
        return [{"interval": interval, "amount": amount} for interval, amount in plan.prices.items()]

    def get_features(self, plan: Plan) -> list[str]:
        return sorted(plan.features)


class UsageSerializer(serializers.Serializer[Any]):
    """How much of a limit is used."""

    name = serializers.CharField()
    used = serializers.IntegerField()
    limit = serializers.IntegerField(allow_null=True, help_text="null: no limit.")


class InvoiceSerializer(serializers.ModelSerializer[Invoice]):
    """An invoice."""

    class Meta:
        model = Invoice
        fields = [
            "id",
            "number",
            "status",
            "currency",
            "total",
            "amount_paid",
            "issued_at",
            "period_start",
            "period_end",
            "paid_at",
            "next_attempt_at",
            "url",
            "pdf_url",
        ]
        read_only_fields = fields
        extra_kwargs = {
            "status": {"help_text": "open, paid, void or uncollectible."},
            "next_attempt_at": {"help_text": "When a failed payment is tried again by itself."},
            "url": {"help_text": "Where it can be seen and paid."},
        }


class PendingSerializer(serializers.Serializer[Any]):
    """A change that is to come."""

    plan = serializers.CharField()
    interval = serializers.ChoiceField(choices=Interval.choices)
    seats = serializers.IntegerField()
    at = serializers.DateTimeField(allow_null=True, help_text="null: as soon as it is paid.")


class CapabilitiesSerializer(serializers.Serializer[Any]):
    """What the payment provider can do."""

    hosted_portal = serializers.BooleanField()
    exact_preview = serializers.BooleanField()


class BannerSerializer(serializers.Serializer[Any]):
    """What everybody should know."""

    kind = serializers.ChoiceField(choices=["trial", "payment_failed", "read_only", "canceling"])
    until = serializers.DateTimeField(allow_null=True)


class SubscriptionSerializer(serializers.Serializer[Any]):
    """The tenant's subscription."""

    provider = serializers.CharField()
    currency = serializers.CharField(help_text="ISO 4217, in lower case.")
    capabilities = CapabilitiesSerializer()
    status = serializers.ChoiceField(choices=["none", *Status.values])
    plan = serializers.CharField(help_text="The plan that counts now; `free` without a subscription.")
    interval = serializers.CharField(help_text="month, year or empty.")
    amount = serializers.IntegerField(help_text="What each period costs.")
    seats = serializers.IntegerField()
    period_end = serializers.DateTimeField(allow_null=True)
    trial_end = serializers.DateTimeField(allow_null=True)
    cancel_at = serializers.DateTimeField(allow_null=True, help_text="It ends then, unless it is resumed.")
    pending = PendingSerializer(allow_null=True)
    payment_method = serializers.CharField(help_text="For people.")
    access = serializers.ChoiceField(choices=["full", "read_only"])
    read_only_from = serializers.DateTimeField(allow_null=True, help_text="Unless what is owed is paid.")
    owed = InvoiceSerializer(allow_null=True)
    features = serializers.ListField(child=serializers.CharField())
    usage = UsageSerializer(many=True)
    trial_days = serializers.DictField(
        child=serializers.IntegerField(), help_text="For how many days each plan can be tried; 0 after the first trial."
    )
    banner = BannerSerializer(allow_null=True)


class OrderSerializer(serializers.Serializer[Any]):
    """What to have."""

    plan = serializers.ChoiceField(choices=PLAN_KEYS)
    interval = serializers.ChoiceField(choices=Interval.choices)
    seats = serializers.IntegerField(min_value=1, max_value=100_000)


class CheckoutSerializer(serializers.ModelSerializer[CheckoutAttempt]):
    """Where the customer pays."""

    popup = serializers.DictField(
        child=serializers.CharField(), help_text="What the provider's own window needs; empty where there is none."
    )

    class Meta:
        model = CheckoutAttempt
        fields = ["id", "url", "popup", "expires_at"]
        read_only_fields = fields


class ConfirmSerializer(serializers.Serializer[Any]):
    """What the provider's page has brought back."""

    brought = serializers.DictField(
        child=serializers.CharField(max_length=500),
        required=False,
        default=dict,
        help_text="The parameters of the address that the customer came back to, or what the provider's window gave.",
    )


class PreviewSerializer(serializers.Serializer[Any]):
    """What a change would cost."""

    when = serializers.ChoiceField(choices=When.choices)
    due_now = serializers.IntegerField(source="preview.due_now", help_text="Negative: it is put to your credit.")
    next_amount = serializers.IntegerField(source="preview.next_amount", help_text="What each period costs then.")
    currency = serializers.CharField(source="preview.currency")
    at = serializers.DateTimeField(source="preview.at")
    is_estimate = serializers.BooleanField(source="preview.is_estimate")


class ChangeSerializer(serializers.Serializer[Any]):
    """What became of a change."""

    outcome = serializers.ChoiceField(choices=Outcome.choices, source="change.outcome")
    url = serializers.CharField(source="change.url", help_text="Where the customer goes on; empty where all is done.")
    popup = serializers.DictField(child=serializers.CharField(), source="change.popup")
    subscription = SubscriptionSerializer()


class CancelSerializer(serializers.Serializer[Any]):
    """When to end."""

    when = serializers.ChoiceField(choices=When.choices, default=When.PERIOD_END)


class LinkSerializer(serializers.Serializer[Any]):
    """Where to go."""

    url = serializers.CharField()


class DetailsSerializer(serializers.ModelSerializer[BillingAccount]):
    """What stands on the invoices."""

    class Meta:
        model = BillingAccount
        fields = ["billing_email", "legal_name", "tax_id", "address", "region"]
        extra_kwargs = {
            "tax_id": {"help_text": "A VAT number, or a GSTIN in India."},
            "region": {"help_text": "In India the number of the state of supply, such as 29."},
        }

    def validate_tax_id(self, value: str) -> str:
        """Without what people put between its parts."""
        return re.sub(r"[\s.-]", "", value).upper()
