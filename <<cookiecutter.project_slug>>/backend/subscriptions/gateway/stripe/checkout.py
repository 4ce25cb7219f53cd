"""Where customers pay at Stripe: Checkout and the customer portal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import stripe

from subscriptions.models import BillingAccount, CheckoutAttempt
from subscriptions.provider import Checkout, NotTheirs

from .client import client, speaking


def ensure_customer(account: BillingAccount) -> str:
    """Stripe's id of the account's customer. Asked twice at the same moment, Stripe makes one: the key is the same."""
    if account.customer_ref:
        return account.customer_ref
    params: stripe.params.CustomerCreateParams = {
        "name": account.legal_name or account.tenant.name,
        "metadata": {"account": str(account.uuid)},
    }
    if account.billing_email:
        params["email"] = account.billing_email
    with speaking():
        return client().customers.create(params, {"idempotency_key": f"customer-{account.uuid}"}).id


def start_checkout(account: BillingAccount, attempt: CheckoutAttempt) -> Checkout:
    """A page of Stripe's on which the customer subscribes: https://docs.stripe.com/payments/checkout

    A trial needs no card; without one it ends with the trial.
    """
    terms: stripe.params.checkout.SessionCreateParamsSubscriptionData = {"metadata": {"account": str(account.uuid)}}
    params: stripe.params.checkout.SessionCreateParams = {
        "mode": "subscription",
        "customer": account.customer_ref or "",
        "client_reference_id": str(account.uuid),
        "line_items": [{"price": attempt.price.provider_ref, "quantity": attempt.seats}],
        "success_url": attempt.success_url,
        "cancel_url": attempt.cancel_url,
        "metadata": {"attempt": str(attempt.pk)},
        "subscription_data": terms,
    }
    if attempt.trial_days:
        terms["trial_period_days"] = attempt.trial_days
        terms["trial_settings"] = {"end_behavior": {"missing_payment_method": "cancel"}}
        params["payment_method_collection"] = "if_required"
    with speaking():
        session = client().checkout.sessions.create(params, {"idempotency_key": f"checkout-{attempt.pk}"})
    return Checkout(session.id, session.url or "", datetime.fromtimestamp(session.expires_at, UTC))


def expire_checkout(reference: str) -> None:
    """Let nobody pay there any more. Raises Refused where somebody has."""
    with speaking():
        client().checkout.sessions.expire(reference)


def confirm_checkout(account: BillingAccount, attempt: CheckoutAttempt, answer: Mapping[str, str]) -> None:
    """Raise NotTheirs unless the session that the browser brings back is the account's own."""
    name = answer.get("session_id", "")
    if name and name != attempt.provider_ref:
        raise NotTheirs("This checkout is not the one that was begun here.")
    with speaking():
        session = client().checkout.sessions.retrieve(attempt.provider_ref or "")
    if session.customer != account.customer_ref:
        raise NotTheirs("This checkout belongs to somebody else.")


def payment_method_url(account: BillingAccount, return_url: str) -> str:
    """A page of Stripe's for another card, and nothing else."""
    return _portal(account, {"return_url": return_url, "flow_data": {"type": "payment_method_update"}})


def portal_url(account: BillingAccount, return_url: str) -> str:
    """Stripe's customer portal: https://docs.stripe.com/customer-management"""
    return _portal(account, {"return_url": return_url})


def _portal(account: BillingAccount, params: stripe.params.billing_portal.SessionCreateParams) -> str:
    params["customer"] = account.customer_ref or ""
    with speaking():
        return client().billing_portal.sessions.create(params).url
