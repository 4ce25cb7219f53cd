"""What discovery cannot find out by itself. A test that fails says what to add here; one entry too many fails, too."""

from collections.abc import Callable

from django.conf import settings
from django.db.models import Model

from subscriptions.gateway import PROVIDER

CANARY = "qanary"
"""It stands in every text of Acme's rows. No answer to anybody else may have it."""

FACTORIES: dict[str, Callable[[], Model]] = {}
"""How to make a row of a model that is more than its fields say: {"invoices.Invoice": make_invoice}.

The function is called as Acme and returns the row that it saved, with CANARY in its texts.
"""

NOBODYS: dict[str, str] = {
    "accounts.User": "A person, who may be in several tenants. Selectors go by membership.",
    "accounts.User_groups": "Rights in the operators' admin.",
    "accounts.User_user_permissions": "Rights in the operators' admin.",
    "subscriptions.PlanPrice": "What anybody can buy.",
    "subscriptions.Reconciliation": "What a comparison with the payment provider has found, for operators.",
    "tenants.Erasure": "The certificate of a tenant that is gone, for operators.",
    "tenants.MaintenanceAccess": "Who reached across tenants, for operators.",
}
"""Models of the control plane without a foreign key that leads to a tenant, and why there is none."""

PUBLIC: dict[str, str] = {
    "/": "The front door.",
    f"/webhooks/{PROVIDER}": "For the payment provider, by its signature.",
    "/admin/login/": "Where the operators log in.",
    "/admin/logout/": "Ends the login of whoever has one.",
    "/maintenance/login/": "Where the operators log in.",
    "/maintenance/logout/": "Ends the login of whoever has one.",
    "/api/v1/schema": "The description of the API.",
    "/api/v1/docs": "The description of the API.",
    "/api/v1/auth/csrf": "A token for whoever asks.",
    "/api/v1/invitations/offer": "Goes by the token of an invitation.",
    "/api/v1/auth/handoff/start": "Begins for a browser that is not logged in here yet.",
    "/api/v1/auth/handoff/code": "Sends whoever is not logged in to the login page.",
    "/api/v1/auth/handoff/consume": "Goes by the code.",
    "/api/v1/plans": "What anybody can buy.",
    "/api/v1/auth/refresh": "Goes by the token that it renews.",
    "/_allauth/app/v1/tokens/refresh": "Goes by the token that it renews.",
    **{
        f"/_allauth/{client}/v1/{address}": "Comes before the login, or goes on with one that has begun."
        for client in settings.HEADLESS_CLIENTS
        for address in (
            "config",
            "auth/login",
            "auth/signup",
            "auth/code/confirm",
            "auth/code/request",
            "auth/code/resend",
            "auth/email/verify",
            "auth/email/verify/resend",
            "auth/password/request",
            "auth/password/reset",
            "auth/phone/verify",
            "auth/phone/verify/resend",
            "account/email",
            "account/phone",
            "auth/webauthn/login",
            "auth/provider/signup",
            "auth/provider/redirect",
            "auth/provider/token",
        )
    },
}
"""Addresses that answer to anybody, logged in or not, and why. There must be nothing of a tenant's in the answer."""

UNTRIED: dict[str, str] = {
    **{
        f"/{site}/{address}": why
        for site in ("admin", "maintenance")
        for address, why in {
            "<app_label>/": "A list of models, and no rows.",
            "<url>": "Says of anything else that it is not there.",
            "r/<content_type_id>/<object_id>/": "Leads staff from a row to its page, and no model here says one.",
        }.items()
    },
}
"""Addresses that are not tried, as no id of Acme's fits them or any would do, and why they are safe."""
