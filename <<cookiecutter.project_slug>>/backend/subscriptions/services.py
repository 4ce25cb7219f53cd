"""Accounts, and the events that the provider tells us of."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import F, Q

from members.audit import changes_in, record
from tenants.models import Tenant

from . import gateway
from .gateway import PROVIDER
from .models import BillingAccount, WebhookEvent
from .provider import Event, Forged


def account_of(tenant: Tenant) -> BillingAccount:
    """The tenant's account; made when it is needed first."""
    account, _ = BillingAccount.objects.select_related("tenant").get_or_create(tenant=tenant)
    return account


def change_details(account: BillingAccount, **values: Any) -> None:
    """Change what stands on the account's invoices."""
    changes = changes_in(account, values)
    for name, value in values.items():
        setattr(account, name, value)
    account.clean_fields(exclude={field.name for field in account._meta.fields} - set(values))
    account.save(update_fields=list(values))
    if changes:
        record("billing.details_changed", target=account.pk, label="Billing", changes=changes, tenant=account.tenant)


def ensure_customer(account: BillingAccount) -> None:
    """Have the provider know the account, by a name that is kept before anybody pays."""
    reference = gateway.ensure_customer(account)
    if reference != (account.customer_ref or ""):
        BillingAccount.objects.filter(pk=account.pk, customer_ref=None).update(customer_ref=reference)
        account.refresh_from_db(fields=["customer_ref"])


def record_event(event: Event, payload: dict[str, Any]) -> int | None:
    """Store a verified event, once, and note in the same transaction that its account has to be looked at anew.

    A second delivery, also one at the same moment, changes nothing. Returns the account's id where there is something
    to do. Raises Forged for an event that names the accounts of two tenants.
    """
    account_id = account_named(event)
    state = WebhookEvent.State.IGNORED if account_id is None else WebhookEvent.State.RECEIVED
    with transaction.atomic():
        row, is_new = WebhookEvent.objects.get_or_create(
            provider=PROVIDER,
            event_id=event.id,
            defaults={
                "type": event.type,
                "created": event.created,
                "payload": _storable(payload),
                "state": state,
                "account_id": account_id,
            },
        )
        if not is_new or account_id is None:
            return None
        row.sequence = want_sync(account_id)
        row.save(update_fields=["sequence"])
    return account_id


def account_named(event: Event) -> int | None:
    """The id of the account that an event is about, None if it is none of ours. Raises Forged for two."""
    named = Q()
    if event.customer:
        named |= Q(customer_ref=event.customer)
    if event.subscription:
        named |= Q(subscriptions__provider_ref=event.subscription) | Q(attempts__provider_ref=event.subscription)
    if _is_uuid(event.account):
        named |= Q(uuid=event.account)
    if not named:
        return None
    found = set(BillingAccount.objects.filter(named).values_list("pk", flat=True)[:2])
    if len(found) > 1:
        raise Forged("The event is about the accounts of two tenants.")
    return found.pop() if found else None


def want_sync(account_id: int) -> int:
    """Note that the provider has to be asked anew; gives the number of this wish."""
    BillingAccount.objects.filter(pk=account_id).update(sync_wanted=F("sync_wanted") + 1)
    return BillingAccount.objects.values_list("sync_wanted", flat=True).get(pk=account_id)


def _is_uuid(text: str) -> bool:
    return len(text) == 36 and text.count("-") == 4


def _storable(value: Any) -> Any:
    """The same JSON without what PostgreSQL refuses: NUL and halves of surrogate pairs.

    A provider may cut a text in the middle of an emoji; answering 500 would make it send the same again for days.
    """
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_storable(key): _storable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_storable(item) for item in value]
    return value
