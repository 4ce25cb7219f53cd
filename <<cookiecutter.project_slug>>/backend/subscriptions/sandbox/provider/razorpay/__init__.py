"""Enough of Razorpay for subscriptions: what each rule follows is in docs/billing.md, with Razorpay's page about it."""

from .api import Provider

__all__ = ["Provider"]
