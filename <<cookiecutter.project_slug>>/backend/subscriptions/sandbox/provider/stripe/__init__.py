"""Enough of Stripe for subscriptions: what each rule follows is in docs/billing.md, with Stripe's page about it."""

from .api import Provider

__all__ = ["Provider"]
