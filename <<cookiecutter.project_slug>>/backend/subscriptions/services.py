"""Accounts, and the events that the provider tells us of."""

from __future__ import annotations

import json
from typing import Any

from django.db import connection
from django.db.models import F

from members.audit import changes_in, record
from tenants.models import Tenant

from . import gateway
from .gateway import PROVIDER
from .invoicing import clean_details
from .models import BillingAccount, CheckoutAttempt, Subscription, WebhookEvent
from .provider import Event, Forged

_STORE = f"""
    WITH wish AS (
        UPDATE {BillingAccount._meta.db_table} SET sync_wanted = sync_wanted + 1
        WHERE id = %(account)s AND NOT EXISTS (
            SELECT FROM {WebhookEvent._meta.db_table} WHERE provider = %(provider)s AND event_id = %(event_id)s
        )
        RETURNING sync_wanted, sync_wanted = sync_done + 1 AS is_first
    ), stored AS (
        INSERT INTO {WebhookEvent._meta.db_table}
            (provider, event_id, type, created, received_at, payload, state, account_id, sequence)
        SELECT %(provider)s, %(event_id)s, %(type)s, %(created)s, now(), %(payload)s, %(state)s, %(account)s,
            coalesce((SELECT sync_wanted FROM wish), 0)
        ON CONFLICT DO NOTHING
        RETURNING id
    )
    SELECT (SELECT is_first FROM wish) FROM stored
"""  # noqa: S608  (names of tables, no values)
"""One statement, as the provider waits and sends many at once: four times as fast as five of Django's.

Of two deliveries at the same moment both may make the account be looked at, and one is stored.
"""

_FIND = f"""
    SELECT id FROM {BillingAccount._meta.db_table} WHERE customer_ref = %(customer)s OR uuid = %(uuid)s
    UNION SELECT account_id FROM {Subscription._meta.db_table} WHERE provider_ref = %(subscription)s
    UNION SELECT account_id FROM {CheckoutAttempt._meta.db_table} WHERE provider_ref = %(subscription)s
"""  # noqa: S608  (names of tables, no values)


def account_of(tenant: Tenant) -> BillingAccount:
    """The tenant's account; made when it is needed first."""
    account, _ = BillingAccount.objects.select_related("tenant").get_or_create(tenant=tenant)
    return account


def change_details(account: BillingAccount, **values: Any) -> None:
    """Change what stands on the account's invoices. Raises ValidationError."""
    values = clean_details(values)
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
    """Store a verified event, once, and note at the same moment that its account has to be looked at anew.

    A second delivery changes nothing. Returns the account's id where somebody should look now; where somebody was told
    to before and has not yet, that one sees to this, too. Raises Forged for an event that names two tenants' accounts.
    """
    account_id = account_named(event)
    with connection.cursor() as cursor:
        cursor.execute(
            _STORE,
            {
                "provider": PROVIDER,
                "event_id": event.id,
                "type": event.type,
                "created": event.created,
                "payload": json.dumps(_storable(payload)),
                "state": WebhookEvent.State.IGNORED if account_id is None else WebhookEvent.State.RECEIVED,
                "account": account_id,
            },
        )
        found = cursor.fetchone()
    is_first_wish = found is not None and found[0]
    return account_id if is_first_wish else None


def account_named(event: Event) -> int | None:
    """The id of the account that an event is about, None if it is none of ours. Raises Forged for two."""
    uuid = event.account if _is_uuid(event.account) else None
    names = {"customer": event.customer or None, "subscription": event.subscription or None, "uuid": uuid}
    with connection.cursor() as cursor:
        cursor.execute(_FIND, names)
        found = [row[0] for row in cursor.fetchall()]
    if len(found) > 1:
        raise Forged("The event is about the accounts of two tenants.")
    return found[0] if found else None


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
