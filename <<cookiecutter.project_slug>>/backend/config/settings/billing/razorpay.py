"""Razorpay."""

import environ

RAZORPAY_WEBHOOK_SECRETS: list[str] = environ.Env().list("RAZORPAY_WEBHOOK_SECRETS", default=[])
"""The webhook's secrets: two while one is being replaced. Without any, no event is accepted."""
