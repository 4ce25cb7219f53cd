"""Billing through Razorpay."""

import environ

env = environ.Env()

RAZORPAY_KEY_ID = env.str("RAZORPAY_KEY_ID", default="")
"""Without one, subscriptions can be looked at and not bought."""
RAZORPAY_KEY_SECRET = env.str("RAZORPAY_KEY_SECRET", default="")
RAZORPAY_WEBHOOK_SECRETS = env.list("RAZORPAY_WEBHOOK_SECRETS", default=[])
"""Secrets of the webhook; two while one replaces the other."""
BILLING_SANDBOX_URL = env.str("BILLING_SANDBOX_URL", default="")
"""Where `manage.py billing_sandbox` plays Razorpay, on a developer's machine. '' asks Razorpay itself."""
SELLER_NAME = env.str("SELLER_NAME", default="")
"""What invoices say of the company behind the product: its name, address and GSTIN. Without the last, they have no tax."""
SELLER_ADDRESS = env.str("SELLER_ADDRESS", default="")
SELLER_GSTIN = env.str("SELLER_GSTIN", default="")
GST_RATE = env.int("GST_RATE", default=18)
"""Per cent, which prices include."""
GST_SAC = env.str("GST_SAC", default="997331")
"""The service accounting code: licensing of the right to use software."""

no_provider = {"RAZORPAY_KEY_ID": "", "RAZORPAY_KEY_SECRET": "", "BILLING_SANDBOX_URL": ""}
"""What the tests have instead, whatever keys are in the environment: they ask nobody outside."""


def in_sandbox(address: str) -> dict[str, str]:
    """The settings that ask the sandbox at that address, and none where keys are set."""
    return (
        {}
        if RAZORPAY_KEY_ID
        else {"RAZORPAY_KEY_ID": "rzp_test_sandbox", "RAZORPAY_KEY_SECRET": "sandbox", "BILLING_SANDBOX_URL": address}
    )


def weaknesses() -> list[str]:
    """What a deployment must not have, each with what to do about it."""
    found = []
    if BILLING_SANDBOX_URL:
        found.append("Unset BILLING_SANDBOX_URL: the sandbox is for a developer's machine.")
    if not RAZORPAY_KEY_ID.startswith("rzp_live_"):
        found.append("Set RAZORPAY_KEY_ID to a live key of your account, rzp_live_…, and to no test key.")
    if not RAZORPAY_KEY_SECRET or "sandbox" in RAZORPAY_KEY_SECRET:
        found.append("Set RAZORPAY_KEY_SECRET to the secret that came with the key.")
    if not RAZORPAY_WEBHOOK_SECRETS or not all(secret.strip() for secret in RAZORPAY_WEBHOOK_SECRETS):
        found.append("Set RAZORPAY_WEBHOOK_SECRETS to the secret that you gave your webhook.")
    return found
