"""Stripe."""

import environ

STRIPE_WEBHOOK_SECRETS: list[str] = environ.Env().list("STRIPE_WEBHOOK_SECRETS", default=[])
"""The endpoint's signing secrets: two while one is being replaced. Without any, no event is accepted."""
