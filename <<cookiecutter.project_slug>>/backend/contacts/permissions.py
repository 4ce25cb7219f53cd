"""What people can be allowed to do with contacts."""

from tenants.models import Role
from tenants.registry import Permission, register

READ = "contacts.read"
WRITE = "contacts.write"
IMPORT = "contacts.import"

register(
    Permission(READ, "See contacts", group="Contacts", least=Role.VIEWER),
    Permission(WRITE, "Add, change and delete contacts", group="Contacts", least=Role.MEMBER, implies=READ),
    Permission(IMPORT, "Import contacts", group="Contacts", least=Role.MEMBER, implies=WRITE),
)
