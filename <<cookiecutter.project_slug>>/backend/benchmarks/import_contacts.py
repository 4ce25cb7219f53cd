"""How many contacts a second does an import take in? `make benchmark`, or

    python -m benchmarks.import_contacts [--rows 30000] [--at-least 5000]

Runs the worker's own task in this process, for a tenant that is made for it and removed again. With `--at-least`, it
exits with 1 where the figure is lower.
"""

import argparse
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from tenants.models import Tenant

NAME = "Benchmark of imports"


def main() -> None:
    """Measure, print, and judge if asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=30_000)
    parser.add_argument("--at-least", type=int, default=0, metavar="CONTACTS_PER_SECOND")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")
    django.setup()
    rate = options.rows / measure(options.rows)
    print(f"Import: {options.rows:,} contacts, {rate:,.0f} contacts/s")
    if rate < options.at_least:
        sys.exit(f"That is less than {options.at_least:,} contacts/s.")


def measure(rows: int) -> float:
    """The seconds that the import of so many contacts takes, from the task's start to the job's end."""
    from contacts.models import Contact
    from contacts.tasks import import_contacts
    from jobs.models import Job, Upload

    with temporary_tenant():
        job = Job.objects.create(kind="contacts.import")
        Upload.objects.create(job=job, name="contacts.csv", content=file_of(rows))
        start = time.perf_counter()
        import_contacts.apply([str(job.pk)], throw=True)
        seconds = time.perf_counter() - start
        assert Contact.objects.count() == rows
    return seconds


def file_of(rows: int) -> bytes:
    """A CSV file of so many good rows, with quoted commas and lines in it as spreadsheets write them."""
    lines = (f'"Person, {n}",person{n}@example.com,+1 555 {n:07},"Company {n % 97}\nUnit 7"' for n in range(rows))
    return ("name,email,phone,company\n" + "\n".join(lines)).encode()


@contextmanager
def temporary_tenant() -> Iterator[None]:
    """Work for a new tenant, of which nothing is left afterwards."""
    from accounts.models import User
    from subscriptions.entitlements import override
    from subscriptions.plans import CONTACTS
    from subscriptions.services import account_of
    from tenants.context import tenant_context
    from tenants.isolation.provisioning import deprovision
    from tenants.services import create_tenant

    owner = User.objects.create_user(f"benchmark-{os.getpid()}@localhost.test", name=NAME)
    tenant: Tenant = create_tenant(name=NAME, owner=owner)
    override(account_of(tenant), key=CONTACTS, value=None, reason=NAME, expires_at=None)
    try:
        with tenant_context(tenant):
            yield
    finally:
        deprovision(tenant)
        tenant.delete()
        owner.delete()


if __name__ == "__main__":
    main()
