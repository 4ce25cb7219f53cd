"""Billing through Stripe."""

import environ

env = environ.Env()

STRIPE_SECRET_KEY = env.str("STRIPE_SECRET_KEY", default="")
"""Without one, subscriptions can be looked at and not bought."""
STRIPE_WEBHOOK_SECRETS = env.list("STRIPE_WEBHOOK_SECRETS", default=[])
"""Signing secrets of the webhook endpoint; two while one replaces the other."""
BILLING_SANDBOX_URL = env.str("BILLING_SANDBOX_URL", default="")
"""Where `manage.py billing_sandbox` plays Stripe, on a developer's machine. '' asks Stripe itself."""

no_provider = {"STRIPE_SECRET_KEY": "", "BILLING_SANDBOX_URL": ""}
"""What the tests have instead, whatever keys are in the environment: they ask nobody outside."""


def in_sandbox(address: str) -> dict[str, str]:
    """The settings that ask the sandbox at that address, and none where keys are set."""
    return {} if STRIPE_SECRET_KEY else {"STRIPE_SECRET_KEY": "sk_test_sandbox", "BILLING_SANDBOX_URL": address}


def weaknesses() -> list[str]:
    """What a deployment must not have, each with what to do about it."""
    found = []
    if BILLING_SANDBOX_URL:
        found.append("Unset BILLING_SANDBOX_URL: the sandbox is for a developer's machine.")
    if not STRIPE_SECRET_KEY.startswith(("sk_live_", "rk_live_")):
        found.append("Set STRIPE_SECRET_KEY to a live key of your account, sk_live_… or rk_live_…, and to no test key.")
    if not STRIPE_WEBHOOK_SECRETS or not all(secret.strip() for secret in STRIPE_WEBHOOK_SECRETS):
        found.append("Set STRIPE_WEBHOOK_SECRETS to the signing secret of your webhook endpoint, whsec_…")
    return found
