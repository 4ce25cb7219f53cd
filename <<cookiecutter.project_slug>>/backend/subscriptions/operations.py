"""Asking the provider for a change, so that no crash and no second click has it made twice.

What is wanted is written down first, with the key by which the provider knows a repeated request. Whoever finds it
unfinished asks again with the same key, if the same is wanted; else it waits until it is known what became of it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from .models import BillingAccount, BillingOperation
from .provider import RateLimited, Refused, Unavailable
from .services import want_sync

log = logging.getLogger(__name__)

PATIENCE = timedelta(minutes=2)
"""After so long, what became of an operation is seen by asking for the state, and another one may begin."""

R = TypeVar("R")


class InProgress(ValidationError):
    """Another change of the subscription is under way."""

    def __init__(self) -> None:
        super().__init__("A change of your subscription is under way. Try again in a moment.", code="in_progress")


def carry_out(account: BillingAccount, kind: str, params: dict[str, Any], ask: Callable[[str], R]) -> R:
    """Have the provider do something: `ask(key)`. In no transaction, as what is written down has to stay.

    Raises InProgress, and what `ask` raises. After Unavailable it is not known whether it was done: the next one who
    wants the same asks with the same key, and the state is asked for.
    """
    operation = _begin(account, kind, params)
    try:
        done = ask(str(operation.pk))
    except (Refused, RateLimited) as error:
        _finish(operation, BillingOperation.State.FAILED, error=str(error))
        raise
    except Unavailable as error:
        want_sync(account.pk)
        BillingOperation.objects.filter(pk=operation.pk).update(error=str(error))
        raise
    _finish(operation, BillingOperation.State.DONE)
    return done


def settle_unfinished() -> int:
    """Finish what nobody knows the end of, once the state has been asked for since; gives how many that were."""
    found = _unknown().filter(account__synced_at__gt=F("started_at") + PATIENCE)
    number = found.update(
        state=BillingOperation.State.FAILED, error="Its end is not known.", finished_at=timezone.now()
    )
    for account_id in _unknown().values_list("account_id", flat=True):
        want_sync(account_id)
    return number


def _unknown() -> QuerySet[BillingOperation]:
    return BillingOperation.objects.filter(
        state=BillingOperation.State.STARTED, started_at__lt=timezone.now() - PATIENCE
    )


def _begin(account: BillingAccount, kind: str, params: dict[str, Any]) -> BillingOperation:
    try:
        with transaction.atomic():
            return BillingOperation.objects.create(account=account, kind=kind, params=params)
    except IntegrityError:
        return _again(account, kind, params)


def _again(account: BillingAccount, kind: str, params: dict[str, Any]) -> BillingOperation:
    """The unfinished operation, if it is the same; it may be that of another click at the same moment."""
    started = account.operations.filter(state=BillingOperation.State.STARTED).first()
    if started is None or (started.kind, started.params) != (kind, params):
        raise InProgress
    log.info("The operation %s is asked for again.", started.pk)
    return started


def _finish(operation: BillingOperation, state: str, error: str = "") -> None:
    BillingOperation.objects.filter(pk=operation.pk).update(state=state, error=error, finished_at=timezone.now())
