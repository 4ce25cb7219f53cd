"""Cache keys that hold the tenant."""

from .context import TenantMissing, current_tenant_or_none

# allauth counts log-in attempts and the like in the default cache, before anybody belongs to a tenant.
SHARED_PREFIXES = ("allauth:",)


def tenant_key(key: object, prefix: str, version: int) -> str:
    """A cache key of the current tenant (Django's KEY_FUNCTION). Raises TenantMissing without one.

    What is the same for all tenants belongs in the cache alias `shared`.
    """
    tenant = current_tenant_or_none()
    if tenant is not None and not str(key).startswith(SHARED_PREFIXES):
        return f"{prefix}:{tenant.pk}:{version}:{key}"
    if str(key).startswith(SHARED_PREFIXES):
        return f"shared:{version}:{key}"
    raise TenantMissing(f"The cache key {key!r}")
