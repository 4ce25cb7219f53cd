"""A migration that was killed at any step is repaired by running the command again."""

from __future__ import annotations

from django.core.management import call_command
from django.db import connections

from conftest import World
from contacts.models import Contact
from tenants.context import tenant_context
from tenants.isolation.audit import findings
from tenants.tests.killing import killed_at_each_step


def lose_contacts() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("DROP TABLE contacts_contact; DELETE FROM django_migrations WHERE app = 'contacts'")


def test_migrating(committed_db: World) -> None:
    lose_contacts()
    for _ in killed_at_each_step(lambda: call_command("migrate", verbosity=0)):
        call_command("migrate", verbosity=0)
        assert findings() == []
        with tenant_context(committed_db.acme):
            assert Contact.objects.count() == 0
        lose_contacts()
    call_command("migrate", verbosity=0)
