"""What the tests of jobs share."""

from collections.abc import Iterator

import pytest

from config.celery import app
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


@pytest.fixture
def celery_settings():
    """`celery_settings(task_always_eager=False)`, for the rest of the test."""
    before = {}

    def change(**values):
        before.update({name: app.conf[name] for name in values})
        app.conf.update(values)

    yield change
    app.conf.update(before)
