"""What the tests of contacts share."""

from collections.abc import Iterator

import pytest

from tenants.context import tenant_context
from tenants.isolation.databases import alias_of
from tenants.models import Tenant


@pytest.fixture
def in_acme(db: None, acme: Tenant) -> Iterator[Tenant]:
    """The test works for Acme."""
    with tenant_context(acme):
        yield acme


@pytest.fixture
def commit(acme, django_capture_on_commit_callbacks):
    """`with commit():` runs what waits for the commit of Acme's transaction, as if it happened at the end."""
    return lambda: django_capture_on_commit_callbacks(using=alias_of(acme), execute=True)
