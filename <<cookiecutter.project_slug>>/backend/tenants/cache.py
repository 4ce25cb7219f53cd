"""Cache keys that hold the tenant, and a cache that empties no one else's."""

from itertools import islice
from typing import Any, cast

from django.core.cache.backends.redis import RedisCache

from .context import TenantMissing, current_tenant_or_none

# allauth counts log-in attempts and the like in the default cache, before anybody belongs to a tenant.
SHARED_PREFIXES = ("allauth:",)

BATCH = 1_000
"""How many keys are removed in one round trip."""


def tenant_key(key: object, prefix: str, version: object) -> str:
    """A cache key of the current tenant (Django's KEY_FUNCTION). Raises TenantMissing without one.

    What is the same for all tenants belongs in the cache alias `shared`.
    """
    tenant = current_tenant_or_none()
    if tenant is not None and not str(key).startswith(SHARED_PREFIXES):
        return f"{prefix}:{tenant.pk}:{version}:{key}"
    if str(key).startswith(SHARED_PREFIXES):
        return f"shared:{version}:{key}"
    raise TenantMissing(f"The cache key {key!r}")


class PrefixedCache(RedisCache):
    """Django's Redis cache, which keeps to its own keys where Django's would empty the database, queues and all."""

    def pop(self, key: str) -> Any:
        """The entry, which is gone then: of several who ask at once one gets it. None if there is none."""
        key, cache = self.make_and_validate_key(key), cast(Any, self._cache)
        raw = cache.get_client(key, write=True).getdel(key)
        return None if raw is None else cache._serializer.loads(raw)

    def clear(self) -> None:
        """Remove the entries of the current tenant, or of all in an alias that is the same for all.

        Raises TenantMissing. It walks over every key in Redis: for an operator or a deployment, not for a request.
        """
        own = self.make_key("*", version=cast(int, "*"))
        client = self._cache.get_client(write=True)
        keys = client.scan_iter(match=own, count=BATCH)
        while batch := list(islice(keys, BATCH)):
            client.unlink(*batch)
