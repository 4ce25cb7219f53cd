"""Ways to pay to try with: https://razorpay.com/docs/payments/payments/test-card-details/"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Method:
    """A way to pay, and what becomes of payments with it."""

    kind: str
    label: str
    name: str
    """What Razorpay calls it in a subscription."""


METHODS = (
    Method("ok", "Pays: an Indian card", "card"),
    Method("upi", "Pays: UPI", "upi"),
    Method("international", "Pays: an international card, whose mandate can be changed", "card"),
    Method("fails_later", "Pays now, fails at renewal", "card"),
    Method("declined", "Is declined", "card"),
)
"""What the sandbox's page offers to pay with."""


def method(kind: str) -> Method:
    """The way to pay of that kind. Raises StopIteration for one that there is not."""
    return next(method for method in METHODS if method.kind == kind)
