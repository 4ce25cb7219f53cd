"""What people can be allowed to do with jobs."""

from tenants.models import Role
from tenants.registry import Permission, register

READ = "jobs.read"

register(Permission(READ, "See how far jobs are", group="Jobs", least=Role.VIEWER))
