"""Buying a subscription."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from members.audit import record

from . import gateway
from .catalogue import price_of
from .entitlements import used_seats
from .models import BillingAccount, CheckoutAttempt, PlanPrice
from .plans import PAID, PLANS, Plan
from .provider import Change, Order, Refused, Status
from .services import ensure_customer
from .sync import sync_now


def start_checkout(
    account: BillingAccount, *, plan: str, interval: str, seats: int, success_url: str, cancel_url: str
) -> CheckoutAttempt:
    """Where the tenant pays for a plan it does not have yet. The same asked again gives the same; another ends it.

    Raises ValidationError for who has a subscription, and for seats that the plan does not have or that are too few.
    """
    if (current := account.current) and current.is_live:
        raise ValidationError("You have a subscription already. Change it instead.", code="already_subscribed")
    wanted = paid_plan(plan)
    check_seats(account, wanted, seats)
    price = price_of(plan, interval)
    ensure_customer(account)
    attempt = _attempt(account, price, seats, trial_days(account, wanted), success_url, cancel_url)
    return attempt if attempt.provider_ref else _begin(account, attempt)


def confirm_checkout(account: BillingAccount, answer: Mapping[str, str]) -> None:
    """The customer is back: see what became of it, whatever the browser says.

    Raises NotTheirs, and ValidationError where nothing was begun.

    Which checkout it was is known here; what the browser brings back may only agree.
    """
    attempt = account.attempts.exclude(provider_ref=None).first()
    if attempt is None:
        raise ValidationError("No checkout was begun here.", code="not_begun")
    gateway.confirm_checkout(account, attempt, answer)
    sync_now(account)
    if (current := account.current) and current.is_live:
        _finish(attempt, CheckoutAttempt.State.DONE)


def paid_plan(key: str) -> Plan:
    """The plan of that key that can be bought. Raises ValidationError."""
    if key not in {plan.key for plan in PAID}:
        raise ValidationError({"plan": ValidationError("There is no such plan.", code="unknown_plan")})
    return PLANS[key]


def check_seats(account: BillingAccount, plan: Plan, seats: int) -> None:
    """Raise ValidationError for a number of seats that the plan does not have, or that the tenant's people exceed."""
    least, most = plan.seats.least, plan.seats.most
    if not least <= seats <= most:
        raise _seats(f"{plan.name} has {least} to {most} seats.", "seats_out_of_range")
    if (used := used_seats(account.tenant)) > seats:
        raise _seats(f"{used} people belong to you or are invited. Take at least {used} seats.", "seats_too_few")


def trial_days(account: BillingAccount, plan: Plan) -> int:
    """How long the tenant can try the plan: once, with the first subscription."""
    begun = account.subscriptions.exclude(period_start=None, trial_end=None)
    return 0 if begun.exclude(status=Status.INCOMPLETE).exists() else plan.trial_days


def remember(account: BillingAccount, order: Order, change: Change) -> None:
    """A change that the customer has to approve is a checkout, too: what becomes of it is looked up."""
    for attempt in account.attempts.filter(state=CheckoutAttempt.State.OPEN).exclude(provider_ref=change.reference):
        _abandon(attempt)
    values = {
        "account": account,
        "price": PlanPrice.objects.get(provider_ref=order.price_ref),
        "seats": order.seats,
        "url": change.url,
        "popup": change.popup,
    }
    CheckoutAttempt.objects.update_or_create(provider_ref=change.reference, defaults=values)


def _seats(detail: str, code: str) -> ValidationError:
    return ValidationError({"seats": ValidationError(detail, code=code)})


def _attempt(
    account: BillingAccount, price: PlanPrice, seats: int, trial: int, success_url: str, cancel_url: str
) -> CheckoutAttempt:
    """The open attempt if it is for the same, else a new one in its place."""
    found = account.attempts.filter(state=CheckoutAttempt.State.OPEN).first()
    if found and (found.price, found.seats, found.trial_days, found.is_over) == (price, seats, trial, False):
        return found
    if found:
        _abandon(found)
    try:
        with transaction.atomic():
            return CheckoutAttempt.objects.create(
                account=account,
                price=price,
                seats=seats,
                trial_days=trial,
                success_url=success_url,
                cancel_url=cancel_url,
            )
    except IntegrityError:  # somebody else has begun one at this moment
        return CheckoutAttempt.objects.get(account=account, state=CheckoutAttempt.State.OPEN)


def _abandon(attempt: CheckoutAttempt) -> None:
    """Let nobody pay there any more. Raises ValidationError where somebody just has."""
    if attempt.provider_ref and not attempt.is_over:
        try:
            gateway.expire_checkout(attempt.provider_ref)
        except Refused as error:
            sync_now(attempt.account)
            if (current := attempt.account.current) and current.is_live:
                raise ValidationError("You have just subscribed.", code="already_subscribed") from error
    _finish(attempt, CheckoutAttempt.State.EXPIRED)


def _begin(account: BillingAccount, attempt: CheckoutAttempt) -> CheckoutAttempt:
    checkout = gateway.start_checkout(account, attempt)
    is_first = CheckoutAttempt.objects.filter(pk=attempt.pk, provider_ref=None).update(
        provider_ref=checkout.reference, url=checkout.url, popup=checkout.popup, expires_at=checkout.expires_at
    )
    attempt.refresh_from_db()
    if not is_first:  # another click was faster
        if attempt.provider_ref != checkout.reference:
            gateway.expire_checkout(checkout.reference)
        return attempt
    label = f"{PLANS[attempt.price.plan_key].name}, {attempt.seats} seats"
    record("checkout.started", target=attempt.pk, label=label, tenant=account.tenant)
    return attempt


def _finish(attempt: CheckoutAttempt, state: str) -> None:
    CheckoutAttempt.objects.filter(pk=attempt.pk, state=CheckoutAttempt.State.OPEN).update(state=state)
