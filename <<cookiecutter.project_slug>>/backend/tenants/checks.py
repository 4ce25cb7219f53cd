"""What would make the isolation void is refused before it can serve anybody."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.models import Model
from django.dispatch import receiver

from core.addresses import Address, addresses

from .access import ANY_MEMBER, TenantAccess
from .isolation.models import TenantAwareModel
from .registry import permission

PRIVILEGES = """
SELECT rolsuper, rolbypassrls,
       EXISTS (SELECT FROM pg_class WHERE relowner = oid_of_role AND relnamespace = 'public'::regnamespace)
FROM (SELECT rolsuper, rolbypassrls, oid AS oid_of_role FROM pg_roles WHERE rolname = current_user) AS role
"""


@checks.register(checks.Tags.models)
def check_planes(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Models in TENANT_APPS are tenant-aware and only those; no relation leads from one plane to the other."""
    return [message for model in apps.get_models(include_auto_created=True) for message in _faults_of(model)]


def _faults_of(model: type[Model]) -> Iterable[checks.CheckMessage]:
    in_tenant_app = model._meta.app_label in settings.TENANT_APPS
    aware = issubclass(model, TenantAwareModel)
    if in_tenant_app and not aware:
        yield checks.Error(
            f"{model._meta.label} is in a tenant app, but its rows have no tenant.",
            hint="Subclass TenantAwareModel; give a many-to-many field a `through` model that does.",
            obj=model,
            id="tenants.E001",
        )
    if aware and not in_tenant_app:
        yield checks.Error(
            f"{model._meta.label} is tenant-aware, but its app is not in TENANT_APPS.",
            hint=f"Add '{model._meta.app_label}' to TENANT_APPS, or move the model.",
            obj=model,
            id="tenants.E002",
        )


@checks.register(checks.Tags.security)
def check_access(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Every view of the API that goes by TenantAccess says of each of its methods which permission it requires."""
    return [message for address in addresses() for message in _undeclared(address)]


def _undeclared(address: Address) -> Iterable[checks.CheckMessage]:
    view = getattr(address.view, "cls", None)
    if view is None or TenantAccess not in getattr(view, "permission_classes", ()):
        return
    required = address.view.initkwargs.get("required", getattr(view, "required", {}))
    for method in _methods_of(address.view) - required.keys():
        yield checks.Error(
            f"{method} {address.text}: {view.__name__} does not say which permission that requires.",
            hint=f'Add it: required = {{"{method}": "resource.action"}}, or ANY_MEMBER where every member may.',
            id="tenants.E006",
        )
    for codename in sorted(set(required.values()) - {ANY_MEMBER}):
        if permission(codename) is None:
            yield checks.Error(
                f"{address.text}: {view.__name__} requires '{codename}', and there is no such permission.",
                hint="Register it in the app's module `permissions`.",
                id="tenants.E007",
            )


def _methods_of(view: Any) -> set[str]:
    """The methods that a view of Django REST framework answers by itself; HEAD goes with GET."""
    names = getattr(view, "actions", None) or [name for name in view.cls.http_method_names if hasattr(view.cls, name)]
    return {name.upper() for name in names} - {"HEAD", "OPTIONS"}


_checked_roles: set[str] = set()


@receiver(connection_created, dispatch_uid="tenants.refuse_privileged_role")
def refuse_privileged_role(sender: Any, connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Refuse to work as a role that the database would let past every guard. Asked once per process and role.

    Raises ImproperlyConfigured for a superuser, a role with BYPASSRLS and the owner of the tables.
    """
    user = str(connection.settings_dict["USER"])
    if connection.alias.startswith(("owner", "maintenance")) or user in _checked_roles:
        return
    with connection.cursor() as cursor:
        cursor.execute(PRIVILEGES)
        superuser, bypasses, owns = cursor.fetchone()
    if superuser or bypasses or owns:
        connection.close()  # it is open by now, and would serve the next query unasked
        raise ImproperlyConfigured(
            f"The application must not use the database role '{user}': it is a superuser, has BYPASSRLS or owns "
            "the tables, so nothing would keep tenants apart. Give DATABASE_URL a role of its own."
        )
    _checked_roles.add(user)
