"""What people can be allowed to do with API keys."""

from tenants.models import Role
from tenants.registry import Permission, register

API_KEYS = "api_keys.manage"

register(Permission(API_KEYS, "Make and revoke API keys", group="Integrations", least=Role.ADMIN, sensitive=True))
