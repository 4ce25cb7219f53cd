"""The connections to tenants' databases that a thread keeps open: the most recently used ones.

Django's own handlers look after registered aliases only, so the same is done here for the others.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import local
from time import monotonic
from typing import Any

from celery.signals import task_postrun, task_prerun
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper


class _Thread(local):
    def __init__(self) -> None:
        self.open: OrderedDict[BaseDatabaseWrapper, None] = OrderedDict()  # the least recently used first
        self.touched: set[BaseDatabaseWrapper] = set()  # those to be looked after, as they were used


_thread = _Thread()


def used(connection: BaseDatabaseWrapper) -> None:
    """Note that the connection is in use; close those used longest ago when there are more than TENANT_CONNECTIONS."""
    _thread.touched.add(connection)
    if connection in _thread.open:
        _thread.open.move_to_end(connection)
        return
    _thread.open[connection] = None
    for candidate in list(_thread.open)[:-1]:
        if len(_thread.open) <= settings.TENANT_CONNECTIONS:
            return
        if not candidate.in_atomic_block:
            forget(candidate)


def forget(connection: BaseDatabaseWrapper) -> None:
    """Close the connection, and let go of what Django and this module remember of it."""
    connection.close()
    _thread.open.pop(connection, None)
    _thread.touched.discard(connection)
    if connections[connection.alias] is connection:
        del connections[connection.alias]


def close_old(**kwargs: Any) -> None:
    """Before and after each request and task: drop connections that are broken or past CONN_MAX_AGE.

    Only one that was used can be broken in a way that shows. Of the others the one used longest ago is looked at, so
    that a request costs the same however many are open.
    """
    first = next(iter(_thread.open), None)
    if first is not None and first.close_at is not None and monotonic() >= first.close_at:
        _thread.touched.add(first)
    for connection in list(_thread.touched):
        if connection.in_atomic_block:
            continue
        connection.close_if_unusable_or_obsolete()
        _thread.touched.discard(connection)
        if connection.connection is None:
            forget(connection)


for _signal in (request_started, request_finished, task_prerun, task_postrun):
    _signal.connect(close_old, dispatch_uid="tenants.close_old_connections", weak=False)
