"""What people can be allowed to do with the tenant itself."""

from .models import Role
from .registry import Permission, register

UPDATE = "tenant.update"
RENAME = "tenant.rename"
EXPORT = "tenant.export"
DELETE = "tenant.delete"
DOMAINS = "domains.manage"
ROLES = "roles.manage"

register(
    Permission(UPDATE, "Change the name", group="Company", least=Role.ADMIN),
    Permission(RENAME, "Change the address", group="Company", least=Role.OWNER, implies=UPDATE),
    Permission(DOMAINS, "Add, verify and remove domains", group="Company", least=Role.ADMIN),
    Permission(EXPORT, "Export all data", group="Company", least=Role.OWNER),
    Permission(DELETE, "Delete the company", group="Company", least=Role.OWNER),
    Permission(ROLES, "Make and change roles", group="People", least=Role.ADMIN),
)
