"""Who is in the demo data: the command `demo_data` makes them, the screen of `make start` shows them."""

from dataclasses import dataclass

PASSWORD = "rowhouse-demo"  # noqa: S105  (for a developer's machine alone, and printed there)
CONTACTS = 300


@dataclass(frozen=True)
class DemoTenant:
    """A tenant, and the role of each of its people; the first is its owner."""

    name: str
    slug: str
    roles: dict[str, str]
    plan: str = ""
    """What it has paid for, in the sandbox; '' for the free plan."""
    seats: int = 0


TENANTS = [
    DemoTenant(
        "Acme Corp",
        "acme",
        {"alice@acme.test": "owner", "bob@acme.test": "member", "vera@acme.test": "viewer"},
        plan="business",
        seats=25,
    ),
    DemoTenant("Globex", "globex", {"gina@globex.test": "owner", "bob@acme.test": "admin"}),
]


def people() -> dict[str, list[str]]:
    """Each person's email, and what they are where: {"bob@acme.test": ["member of Acme Corp", …]}."""
    found: dict[str, list[str]] = {}
    for tenant in TENANTS:
        for email, role in tenant.roles.items():
            found.setdefault(email, []).append(f"{role} of {tenant.name}")
    return found
