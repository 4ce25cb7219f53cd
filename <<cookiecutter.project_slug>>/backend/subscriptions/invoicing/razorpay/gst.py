"""India's Goods and Services Tax, as far as invoices of software need it. Have an accountant look at your first one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

_INDIA = ZoneInfo("Asia/Kolkata")
_FORM = re.compile(r"\d{2}[A-Z]{5}\d{4}[A-Z][1-9A-Z]Z[0-9A-Z]", re.ASCII)
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
STATES = frozenset({f"{number:02}" for number in (*range(1, 25), 26, 27, *range(29, 39))} | {"96", "97"})
"""The numbers of states and territories, and those for other countries (96) and other territory (97)."""


@dataclass(frozen=True)
class Party:
    """Who sells or buys."""

    name: str
    address: str
    gstin: str
    state: str
    """Its number; '' if it is not known."""

    def facts(self) -> dict[str, str]:
        """For JSON."""
        return {"name": self.name, "address": self.address, "gstin": self.gstin, "state": self.state}


def seller() -> Party:
    """The company behind the product."""
    gstin = settings.SELLER_GSTIN
    return Party(settings.SELLER_NAME, settings.SELLER_ADDRESS, gstin, gstin[:2])


def is_gstin(text: str) -> bool:
    """Is it a GSTIN, with the check digit that the others give?"""
    if not _FORM.fullmatch(text):
        return False
    products = [_DIGITS.index(char) * (1 + place % 2) for place, char in enumerate(text[:14])]
    total = sum(product // 36 + product % 36 for product in products)
    return text[14] == _DIGITS[-total % 36]


def split(total: int, seller_state: str, place: str) -> dict[str, Any]:
    """What of an amount is tax: half to the centre and half to the state, or all of it where states are crossed.

    Prices have the tax in them. {} for a seller who is not registered. Amounts are in paise.
    """
    if not seller_state:
        return {}
    rate = settings.GST_RATE
    taxable = round(total * 100 / (100 + rate))
    tax = total - taxable
    facts = {"sac": settings.GST_SAC, "rate": rate, "taxable": taxable, "place": place}
    if place != seller_state:
        return {**facts, "igst": tax}
    return {**facts, "cgst": tax // 2, "sgst": tax - tax // 2}


def financial_year(moment: datetime) -> str:
    """2026-27 for what lies between April 2026 and March 2027 in India."""
    local = moment.astimezone(_INDIA)
    first = local.year if local.month >= 4 else local.year - 1
    return f"{first}-{(first + 1) % 100:02}"
