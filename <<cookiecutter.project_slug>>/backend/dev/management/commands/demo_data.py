"""The command `demo_data`: two tenants to look at, with people and contacts."""

from itertools import product
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from accounts.models import User
from accounts.services import create_verified_user
from contacts.models import Contact
from dev import demo
from subscriptions.catalogue import sync_catalogue
from subscriptions.checkouts import confirm_checkout, start_checkout
from subscriptions.sandbox.app import Sandbox
from subscriptions.sandbox.server import HOST, serve
from subscriptions.sandbox.world import World
from subscriptions.services import account_of
from tenants.context import tenant_context
from tenants.models import Membership, Role, Tenant
from tenants.services import add_member, create_tenant
from tenants.transactions import tenant_atomic

# fmt: off
FIRST_NAMES = (
    "Ada", "Bea", "Cyrus", "Dora", "Emil", "Fay", "Gus", "Hana", "Ivo", "Jun", "Kofi", "Lena", "Mads", "Nia", "Omar",
    "Pia", "Quinn", "Rosa", "Sven", "Tara",
)
LAST_NAMES = (
    "Abel", "Brandt", "Costa", "Diaz", "Evans", "Fischer", "Gupta", "Haddad", "Ito", "Jansen", "Keller", "Lopez",
    "Moreau", "Novak", "Okafor",
)
# fmt: on
COMPANIES = ("Initech", "Umbrella", "Stark Industries", "Wayne Enterprises", "Wonka", "Cyberdyne", "Hooli")


class Command(BaseCommand):
    """Make what is missing of the demo data; what is there stays as it is, edits included."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        for demo_tenant in demo.TENANTS:
            tenant = _tenant(demo_tenant)
            for email, role in demo_tenant.roles.items():
                _membership(tenant, _user(email), Role(role))
            _contacts(tenant)
        if settings.BILLING_SANDBOX_URL:
            _pay()


def _user(email: str) -> User:
    found = User.objects.filter(email=email).first()
    return found or create_verified_user(email, demo.PASSWORD, name=email.split("@")[0].title())


def _tenant(wanted: demo.DemoTenant) -> Tenant:
    owner = next(iter(wanted.roles))
    found = Tenant.objects.filter(slug=wanted.slug).first()
    return found or create_tenant(name=wanted.name, slug=wanted.slug, owner=_user(owner))


def _membership(tenant: Tenant, user: User, role: Role) -> None:
    if not Membership.objects.filter(tenant=tenant, user=user).exists():
        add_member(tenant=tenant, user=user, role=role)


def _contacts(tenant: Tenant) -> None:
    with tenant_context(tenant), tenant_atomic():
        if not Contact.objects.exists():
            Contact.objects.bulk_create(_contact(number, *names) for number, names in enumerate(_names()))


def _pay() -> None:
    """In a sandbox of this command's own, whose memory is that of the one to come: that listens only later."""
    world = World(Path(settings.BILLING_SANDBOX_FILE))
    sandbox = Sandbox(world, "")
    server = serve(sandbox)
    settings.BILLING_SANDBOX_URL = f"http://{HOST}:{server.server_port}"
    try:
        sync_catalogue()
        for demo_tenant in demo.TENANTS:
            _subscribe(demo_tenant, sandbox)
    finally:
        server.shutdown()
        server.server_close()


def _subscribe(demo_tenant: demo.DemoTenant, sandbox: Sandbox) -> None:
    account = account_of(Tenant.objects.get(slug=demo_tenant.slug))
    if not demo_tenant.plan or account.subscriptions.exists():
        return
    attempt = start_checkout(
        account, plan=demo_tenant.plan, interval="month", seats=demo_tenant.seats, success_url="/", cancel_url="/"
    )
    with sandbox.world.held():
        sandbox.provider.pay(str(attempt.provider_ref))
    confirm_checkout(account, {})


def _names() -> list[tuple[str, str]]:
    return list(product(FIRST_NAMES, LAST_NAMES))[: demo.CONTACTS]


def _contact(number: int, first: str, last: str) -> Contact:
    company = COMPANIES[number % len(COMPANIES)]
    host = company.lower().replace(" ", "-") + ".test"
    return Contact(
        name=f"{first} {last}",
        email=f"{first}.{last}@{host}".lower(),
        phone=f"+49 30 555 {number:04}",
        company=company,
    )
