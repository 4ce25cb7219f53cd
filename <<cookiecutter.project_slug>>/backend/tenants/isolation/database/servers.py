"""The servers of tenants' databases: '', the control plane's own, and those that TENANT_SERVERS names."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.apps import apps
from django.conf import settings
from django.db.models import Count
from django.utils.module_loading import import_string


def names() -> list[str]:
    """All of them, the control plane's first."""
    return ["", *settings.TENANT_SERVERS]


def place() -> str:
    """The server for a new tenant: what the function that TENANT_PLACEMENT names says."""
    if not settings.TENANT_SERVERS:
        return ""
    return cast(Callable[[], str], import_string(settings.TENANT_PLACEMENT))()


def fewest_tenants() -> str:
    """The server with the fewest tenants, the first of several."""
    rows = apps.get_model("tenants", "Tenant").objects.order_by().values("server").annotate(tenants=Count("pk"))
    tenants = {row["server"]: row["tenants"] for row in rows}
    return min(names(), key=lambda name: tenants.get(name, 0))
