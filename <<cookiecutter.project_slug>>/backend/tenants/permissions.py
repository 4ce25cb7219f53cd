"""What people can be allowed to do with the tenant itself."""

from .models import Role
from .registry import Permission, register

UPDATE = "tenant.update"
RENAME = "tenant.rename"
EXPORT = "tenant.export"
DELETE = "tenant.delete"
DOMAINS = "domains.manage"
MEMBERS = "members.read"
INVITE = "members.invite"
MANAGE = "members.manage"
TRANSFER = "tenant.transfer"
ROLES = "roles.manage"

register(
    Permission(UPDATE, "Change the name", group="Company", least=Role.ADMIN),
    Permission(RENAME, "Change the address", group="Company", least=Role.OWNER, implies=UPDATE, sensitive=True),
    Permission(DOMAINS, "Add, verify and remove domains", group="Company", least=Role.ADMIN),
    Permission(EXPORT, "Export all data", group="Company", least=Role.OWNER, sensitive=True),
    Permission(DELETE, "Delete the company", group="Company", least=Role.OWNER, sensitive=True),
    Permission(MEMBERS, "See members and invitations", group="People", least=Role.VIEWER),
    Permission(INVITE, "Invite people", group="People", least=Role.ADMIN, implies=MEMBERS, sensitive=True),
    Permission(
        MANAGE,
        "Give members other roles and remove them",
        group="People",
        least=Role.ADMIN,
        implies=MEMBERS,
        sensitive=True,
    ),
    Permission(TRANSFER, "Hand the company over", group="People", least=Role.OWNER, implies=MANAGE, sensitive=True),
    Permission(ROLES, "Make and change roles", group="People", least=Role.ADMIN, sensitive=True),
)
