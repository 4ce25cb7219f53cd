"""What people can be allowed to do with the tenant's subscription."""

from tenants.models import Role
from tenants.registry import Permission, register

READ = "billing.read"
MANAGE = "billing.manage"

register(
    Permission(READ, "See the subscription and invoices", group="Billing", least=Role.ADMIN),
    Permission(MANAGE, "Buy, change and cancel", group="Billing", least=Role.OWNER, implies=READ, sensitive=True),
)
