"""Amounts and days on pages."""

from datetime import UTC, datetime

from django import template

register = template.Library()


@register.filter
def money(amount: int, currency: str) -> str:
    """1900 as 19.00 USD."""
    return f"{amount / 100:,.2f} {currency.upper()}"


@register.filter
def day(seconds: int) -> str:
    """Seconds since 1970 as 3 May 2026."""
    return f"{datetime.fromtimestamp(seconds, UTC):%-d %B %Y}"
