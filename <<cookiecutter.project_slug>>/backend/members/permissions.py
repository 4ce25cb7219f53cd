"""What people can be allowed to do with the audit log."""

from tenants.models import Role
from tenants.registry import Permission, register

AUDIT = "audit.read"

register(Permission(AUDIT, "Read the audit log", group="Company", least=Role.ADMIN))
