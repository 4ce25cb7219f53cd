"""Log records that say for whom and for which request something was done."""

import logging
from contextvars import ContextVar
from typing import Any

from tenants.context import current_tenant_or_none

request_id_variable: ContextVar[str] = ContextVar("request_id", default="-")


def current_request_id() -> str:
    """The id of the request being served, "-" outside of one."""
    return request_id_variable.get()


class ContextFilter(logging.Filter):
    """Puts `tenant` (its slug) and `request_id` on each record; "-" where there is none.

    Django logs a refused request after all middleware is done and hands the request itself over; then that says it.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        tenant = current_tenant_or_none() or getattr(request, "tenant", None)
        record.tenant = tenant.slug if tenant else "-"
        record.request_id = getattr(request, "request_id", None) or current_request_id()
        return True


def tag_event(event: dict[str, Any], hint: dict[str, Any]) -> dict[str, Any]:
    """Say the same on an event of Sentry's: `sentry_sdk.init(before_send=tag_event)`."""
    tenant = current_tenant_or_none()
    tags = event.setdefault("tags", {})
    tags.update(tenant=tenant.slug if tenant else "-", request_id=current_request_id())
    return event
