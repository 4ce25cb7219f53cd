"""What there is to walk over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from core.addresses import Address, addresses
from tenants.access import TenantAccess
from tenants.checks import _methods_of

NOWHERE = {"int": "999999", "uuid": "019abf5c-7a41-7c3e-9d1f-0e5a4c2b8f10", "slug": "nothing"}
KINDS = {"job_id": "uuid", "domain_id": "int", "invoice_id": "int", "key": "slug"}
"""Of the parts of addresses that are not a viewset's own."""


class Endpoint(NamedTuple):
    """A method of an address of the API."""

    method: str
    address: Address

    @property
    def name(self) -> str:
        return f"{self.method} {self.address.text}"

    @property
    def required(self) -> str:
        """The permission; see tenants.access."""
        view = self.address.view
        declared: Mapping[str, str] = view.initkwargs.get("required", getattr(view.cls, "required", {}))
        return declared[self.method]

    def path(self, **known: Any) -> str:
        """The address, with what is not known being nowhere."""
        return self.address.template % {part: known.get(part, self._nowhere(part)) for part in self.address.parts}

    def _nowhere(self, part: str) -> str:
        kind = getattr(self.address.view.cls, "lookup_value_converter", "") if part == "pk" else KINDS[part]
        return NOWHERE[kind]


def api() -> list[Endpoint]:
    """Every endpoint of Django REST framework."""
    views = [address for address in addresses() if hasattr(address.view, "cls")]
    return [Endpoint(method, address) for address in views for method in sorted(_methods_of(address.view))]


def of_tenants() -> list[Endpoint]:
    """Those that go by TenantAccess."""
    return [endpoint for endpoint in api() if TenantAccess in endpoint.address.view.cls.permission_classes]
